package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.coralha.heartbeat.port.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Processes of the Jetty user, as /proc shows them. */
final class ProcProcesses implements Processes {
    private static final Logger LOG = LoggerFactory.getLogger(ProcProcesses.class);

    private final Path proc;
    private final long userId;

    /**
     * @param proc /proc
     * @param userId the Jetty user
     */
    ProcProcesses(Path proc, long userId) {
        this.proc = proc;
        this.userId = userId;
    }

    @Override
    public void end(long processId, boolean force) {
        if (!isJetty(processId)) {
            LOG.info("process {} is no Java process of the Jetty user: left alone", processId);
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

    /** True if the process lives, belongs to the Jetty user and is a Java virtual machine. */
    boolean isJetty(long processId) {
        return belongsToJettyUser(processId) && name(processId).startsWith("java");
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

    /** Start time in clock ticks since boot: with the number it names a process uniquely. */
    long startedAt(long processId) {
        try {
            String stat = Files.readString(proc.resolve(processId + "/stat"));
            // The name in parentheses may hold blanks; field 22 is the 20th after it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[19]);
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    private String name(long processId) {
        try {
            // The name of the main thread may be changed by the program; the executable may not.
            return Files.readSymbolicLink(proc.resolve(processId + "/exe"))
                    .getFileName()
                    .toString();
        } catch (IOException e) {
            return "";
        }
    }
}
