package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * For how long a process could have run and was given no processor: the longest wait of any of its
 * threads between two looks. A thread that is stopped, sleeps or waits for a lock does not wait for
 * a processor. Reads what every user may read. For one thread.
 */
final class ProcessorWait {
    private static final String RUNNABLE = "R";
    private static final long NONE = 0;

    private final Path proc;
    private Map<String, Account> before = Map.of();
    private long processId = NONE;
    private long lookedNs;

    /**
     * What the kernel has counted of a thread since its start.
     *
     * @param ranNs on a processor
     * @param waitedNs runnable without one; counted when the wait is over
     */
    private record Account(long ranNs, long waitedNs) {}

    /**
     * @param proc /proc
     */
    ProcessorWait(Path proc) {
        this.proc = proc;
    }

    /** The next look is the first one. */
    void forget() {
        processId = NONE;
        before = Map.of();
    }

    /**
     * Looks at all threads of the process.
     *
     * @return nanoseconds since the last look, 0 at the first one; never more than have passed
     */
    long look(long ofProcess, long nowNs) {
        Map<String, Account> now = new HashMap<>();
        long passedNs = nowNs - lookedNs;
        long longestNs = 0;
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(proc.resolve(ofProcess + "/task"))) {
            for (Path thread : threads) {
                longestNs = Math.max(longestNs, look(thread, passedNs, now));
            }
        } catch (IOException e) {
            longestNs = 0; // it has ended: the daemon is told of that by others
        }
        boolean first = ofProcess != processId;
        processId = ofProcess;
        lookedNs = nowNs;
        before = now;
        return first ? 0 : Math.min(longestNs, passedNs);
    }

    private long look(Path thread, long passedNs, Map<String, Account> into) {
        try {
            Account now = account(thread);
            String id = String.valueOf(thread.getFileName());
            into.put(id, now);
            Account was = before.get(id);
            if (was == null) {
                return 0;
            }
            // A wait that goes on is not counted yet, and all that shows is that nothing happens.
            return now.equals(was) && isRunnable(thread) ? passedNs : now.waitedNs - was.waitedNs;
        } catch (IOException | RuntimeException e) {
            return 0; // the thread has ended
        }
    }

    private static Account account(Path thread) throws IOException {
        String[] fields = Files.readString(thread.resolve("schedstat")).split("\\s+");
        return new Account(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
    }

    private static boolean isRunnable(Path thread) throws IOException {
        String stat = Files.readString(thread.resolve("stat"));
        return stat.startsWith(RUNNABLE, stat.lastIndexOf(')') + 2);
    }
}
