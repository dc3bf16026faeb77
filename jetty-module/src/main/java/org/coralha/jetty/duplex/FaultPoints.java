package org.coralha.jetty.duplex;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Places where a test makes this host slow, steered by files in a directory; without a directory
 * there are none.
 *
 * <ul>
 *   <li>{@code ack-delay-ms}: contains the time by which the backup delays each acknowledgement
 *   <li>{@code hold-release}: while it exists the primary does not send acknowledged replies
 * </ul>
 */
public final class FaultPoints {
    /** Time between two looks into the directory, in milliseconds. */
    public static final int POLL_MS = 20;

    private final Path directory;
    private volatile long ackDelayMs;

    /**
     * @param directory where to look, or null for none
     */
    public FaultPoints(Path directory) {
        this.directory = directory;
    }

    /** True if a directory was configured. */
    public boolean isConfigured() {
        return directory != null;
    }

    /** Looks into the directory; called every {@link #POLL_MS} by one thread. */
    public void poll(ReplyLog log) {
        ackDelayMs = number(directory.resolve("ack-delay-ms"));
        log.holdRelease(Files.exists(directory.resolve("hold-release")));
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).trim());
        } catch (IOException | NumberFormatException e) {
            return 0; // not there, or being written
        }
    }

    /** Time by which each acknowledgement is delayed, in milliseconds; 0 normally. */
    public long ackDelayMs() {
        return ackDelayMs;
    }
}
