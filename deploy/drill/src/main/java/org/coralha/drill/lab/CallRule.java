package org.coralha.drill.lab;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How calls, one after the other on each connection, must stand in the ledger after one fault: each
 * executed once, on the first host, from some moment on on the last; only the one that the fault
 * met on its connection may be there twice, by both hosts with one transaction id. Pure.
 *
 * @param first host that served before the fault
 * @param last host that served after it; the same if the other one failed
 */
public record CallRule(String first, String last) {
    /**
     * What is wrong, empty if nothing is.
     *
     * @param entries lines by id, {@code NAME-CONNECTION-NUMBER}, numbers from 0 on
     * @param replies calls that were answered, on all connections
     */
    public String broken(Map<String, List<Ledger.Entry>> entries, long replies) {
        if (entries.size() != replies) {
            return replies + " calls were answered, " + entries.size() + " are in the ledger";
        }
        Map<String, TreeMap<Integer, List<Ledger.Entry>>> connections = new HashMap<>();
        entries.forEach((id, lines) -> sort(connections, id, lines));
        Set<String> transactions = new HashSet<>();
        for (TreeMap<Integer, List<Ledger.Entry>> calls : connections.values()) {
            if (calls.lastKey() != calls.size() - 1) {
                return "calls are missing before " + calls.lastEntry().getValue();
            }
            String broken = brokenOn(calls, transactions);
            if (!broken.isEmpty()) {
                return broken;
            }
        }
        return "";
    }

    private static void sort(
            Map<String, TreeMap<Integer, List<Ledger.Entry>>> connections,
            String id,
            List<Ledger.Entry> lines) {
        int dash = id.lastIndexOf('-');
        connections
                .computeIfAbsent(id.substring(0, dash), unused -> new TreeMap<>())
                .put(Integer.parseInt(id.substring(dash + 1)), lines);
    }

    /** Judges the calls of one connection, in their order. */
    private String brokenOn(TreeMap<Integer, List<Ledger.Entry>> calls, Set<String> transactions) {
        boolean handedOver = first.equals(last);
        for (List<Ledger.Entry> lines : calls.values()) {
            List<String> hosts = lines.stream().map(Ledger.Entry::servedBy).toList();
            boolean met = !handedOver && hosts.equals(List.of(first, last));
            boolean before = !handedOver && hosts.equals(List.of(first));
            if (!met && !before && !hosts.equals(List.of(last))) {
                return "not executed where and as often as it should be: " + lines;
            }
            handedOver |= !before;
            Set<String> ids = new HashSet<>(lines.stream().map(Ledger.Entry::transaction).toList());
            if (ids.size() != 1 || (met && ids.contains("-"))) {
                return "not one transaction id: " + lines;
            }
            ids.remove("-");
            if (!ids.isEmpty() && !transactions.addAll(ids)) {
                return "transaction id of another call: " + lines;
            }
        }
        return "";
    }
}
