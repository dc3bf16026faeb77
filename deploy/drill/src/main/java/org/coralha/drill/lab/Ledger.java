package org.coralha.drill.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The ledger on the outside host: one line for each execution of a request. */
public final class Ledger {
    private static final String LINES_URL = "http://10.77.3.10:9090/lines";
    private static final long LOOK_MS = 50;
    private static final long LIMIT_MS = 10_000;

    private final Lab lab;

    /**
     * @param id what the client named the request
     * @param transaction the pair's transaction id, "-" if there was none
     * @param servedBy host that executed it
     */
    public record Entry(String id, String transaction, String servedBy) {}

    /**
     * @param lab the lab that it runs in
     */
    public Ledger(Lab lab) {
        this.lab = lab;
    }

    /** All lines whose id starts with this prefix, by id. */
    public Map<String, List<Entry>> entries(String prefix) {
        Shell.Result result =
                lab.exec(
                        "outside",
                        LIMIT_MS,
                        List.of("curl", "-sS", "--fail", "-m", "8", LINES_URL));
        if (result.exit() != 0) {
            throw new LabException("ledger " + LINES_URL + ": " + result.all());
        }
        Map<String, List<Entry>> entries = new TreeMap<>();
        for (String line : result.out().split("\n", -1)) {
            String[] words = line.trim().split("\\s+", -1);
            if (words[0].startsWith(prefix)) {
                Entry entry =
                        new Entry(
                                words[0],
                                words.length > 1 ? words[1] : "-",
                                words.length > 2 ? words[2] : "-");
                entries.computeIfAbsent(entry.id(), id -> new ArrayList<>()).add(entry);
            }
        }
        return entries;
    }

    /** Waits until this many ids with the prefix have a line. */
    public void await(String prefix, int ids, long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (entries(prefix).size() < ids) {
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        entries(prefix).size()
                                + " of "
                                + ids
                                + " requests '"
                                + prefix
                                + "' are in the ledger after "
                                + limitMs
                                + " ms");
            }
            Lab.pause(LOOK_MS);
        }
    }
}
