package org.coralha.drill.table1;

import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.FaultFiles;
import org.coralha.drill.lab.Ledger;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.Withheld;

/** What a row needs to bring connections into its phase, and to see that they are in it. */
final class Placement implements AutoCloseable {
    private final Drill drill;
    private final FaultFiles faults;
    private final Ledger ledger;
    private final String id;
    private Withheld withheld;
    private int calls;

    Placement(Drill drill, FaultFiles faults, String id) {
        this.drill = drill;
        this.faults = faults;
        this.ledger = new Ledger(drill.lab());
        this.id = id;
    }

    LoadProcess load() {
        return drill.load();
    }

    /** Prefix of the names of this repetition's calls. */
    String id() {
        return id;
    }

    /** All connections are warm, and all that their clients sent is acknowledged. */
    void quiet() {
        load().awaitPlaced(Table1Row.LIMIT_MS);
        awaitAcknowledged();
    }

    void awaitAcknowledged() {
        drill.awaitAcknowledged(Table1Row.LIMIT_MS);
    }

    /** From now on client data reaches the backup only. */
    void withholdCopies() {
        withheld = Withheld.copies(drill);
    }

    /** From now on clients hear nothing of the primary. */
    void withholdAnswers() {
        withheld = Withheld.answers(drill);
    }

    void awaitWithheld(int connections) {
        withheld.await(connections, Table1Row.LIMIT_MS);
    }

    void arm(String point) {
        faults.arm(point, "");
    }

    /** The primary's module stands at the point with this many connections. */
    void awaitReached(String point, int connections) {
        faults.awaitReached(drill.primary(), point, connections, Table1Row.LIMIT_MS);
    }

    /** This many calls are being executed, or were. */
    void awaitCalls(int count) {
        expectCalls(count);
        ledger.await(id, count, Table1Row.LIMIT_MS);
    }

    /** This many calls will be executed. */
    void expectCalls(int count) {
        calls = count;
    }

    /** What is wrong in the ledger, empty if nothing is. The primary executes first. */
    String wrongInLedger(int executions, String survivor) {
        return calls == 0
                ? ""
                : new LedgerRule(calls, executions, drill.primary(), survivor)
                        .broken(ledger.entries(id));
    }

    /** Nothing is withheld any more. */
    @Override
    public void close() {
        if (withheld != null) {
            withheld.close();
            withheld = null;
        }
    }
}
