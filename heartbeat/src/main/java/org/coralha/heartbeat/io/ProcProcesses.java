package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.coralha.heartbeat.port.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of the Jetty user, as /proc shows them. Reads only what every user may read of the
 * processes of another: the daemon has no capability to look further. Safe for use by several
 * threads.
 */
final class ProcProcesses implements Processes {
    private static final Logger LOG = LoggerFactory.getLogger(ProcProcesses.class);

    /** The attached Jetty, and those before it that may still be ending. */
    private static final int KNOWN_LIMIT = 16;

    private static final int STATE = 0;
    private static final int START_TIME = 19;

    private final Path proc;
    private final long userId;
    private final Set<ProcessLife> known = new LinkedHashSet<>();

    /**
     * @param proc /proc
     * @param userId the Jetty user
     */
    ProcProcesses(Path proc, long userId) {
        this.proc = proc;
        this.userId = userId;
    }

    /** From now on {@link #end} may end this life. */
    synchronized void know(ProcessLife life) {
        known.remove(life);
        known.add(life);
        if (known.size() > KNOWN_LIMIT) {
            Iterator<ProcessLife> oldest = known.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    @Override
    public void end(long processId, boolean force) {
        ProcessLife life = life(processId);
        if (!knows(life) || !lives(life)) {
            LOG.info("process {} is not the Jetty that was attached: left alone", processId);
            return;
        }
        ProcessHandle.of(processId)
                .ifPresent(
                        process -> {
                            if (force) {
                                process.destroyForcibly();
                            } else {
                                process.destroy();
                            }
                        });
    }

    private synchronized boolean knows(ProcessLife life) {
        return known.contains(life);
    }

    /** The life of that number now. */
    ProcessLife life(long processId) {
        try {
            return new ProcessLife(processId, Long.parseLong(stat(processId)[START_TIME]));
        } catch (IOException | RuntimeException e) {
            return new ProcessLife(processId, -1);
        }
    }

    /** True if that very process has not ended and belongs to the Jetty user. */
    boolean lives(ProcessLife life) {
        return life.startedAt() >= 0
                && life.equals(life(life.processId()))
                && !isZombie(life.processId())
                && belongsToJettyUser(life.processId());
    }

    private boolean isZombie(long processId) {
        try {
            return stat(processId)[STATE].equals("Z");
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    /** The fields after the name, which stands in parentheses and may hold blanks. */
    private String[] stat(long processId) throws IOException {
        String stat = Files.readString(proc.resolve(processId + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /** True if the process lives and its real user is the Jetty user. */
    boolean belongsToJettyUser(long processId) {
        try {
            for (String line : Files.readAllLines(proc.resolve(processId + "/status"))) {
                if (line.startsWith("Uid:")) {
                    return Long.parseLong(line.split("\\s+")[1]) == userId;
                }
            }
            return false;
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }
}
