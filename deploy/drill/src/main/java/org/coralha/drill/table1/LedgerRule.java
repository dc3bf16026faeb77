package org.coralha.drill.table1;

import java.util.List;
import java.util.Map;
import org.coralha.drill.lab.Ledger;

/**
 * How often each call must have been executed, and where. Pure.
 *
 * @param calls number of calls
 * @param executions lines of each call
 * @param first host of the first execution
 * @param second host of the second one
 */
record LedgerRule(int calls, int executions, String first, String second) {
    /** What is wrong, empty if nothing is. */
    String broken(Map<String, List<Ledger.Entry>> entries) {
        if (entries.size() != calls) {
            return entries.size() + " calls are in the ledger, not " + calls;
        }
        for (Map.Entry<String, List<Ledger.Entry>> call : entries.entrySet()) {
            List<Ledger.Entry> lines = call.getValue();
            String all = "call " + call.getKey() + ": " + lines;
            if (lines.size() != executions) {
                return all + ", not executed " + executions + " times";
            }
            if (!lines.get(0).servedBy().equals(first)
                    || !lines.get(executions - 1)
                            .servedBy()
                            .equals(executions > 1 ? second : first)) {
                return all + ", not on " + first + " first and " + second + " then";
            }
            String transaction = lines.get(0).transaction();
            if (transaction.length() < 2
                    || lines.stream().anyMatch(line -> !line.transaction().equals(transaction))) {
                return all + ", not one transaction id";
            }
        }
        return "";
    }
}
