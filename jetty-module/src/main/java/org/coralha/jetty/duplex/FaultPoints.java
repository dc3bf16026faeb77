package org.coralha.jetty.duplex;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places where a test makes this host slow, or looks into it, steered by files in a directory;
 * without a directory there are none.
 *
 * <ul>
 *   <li>{@code ack-delay-ms}: contains the time by which the backup delays each acknowledgement
 *   <li>{@code hold-release}: while it exists the primary does not send acknowledged replies
 *   <li>{@code hold-end}: while it exists the primary does not log the ends of replies
 *   <li>{@code log-journal}: if it exists when the module begins, the {@link LogJournal}
 * </ul>
 *
 * <p>The answer is the file {@code state}: one line for each point in force, with its name and how
 * many connections it holds back now (0 for {@code ack-delay-ms}). So a test waits until the point
 * is in force and until it was reached, not for a time.
 */
public final class FaultPoints {
    /** Time between two looks into the directory, in milliseconds. */
    public static final int POLL_MS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(FaultPoints.class);
    private static final String STATE = "state";

    private final Path directory;
    private final HeldEnds ends = new HeldEnds();
    private final LogJournal journal;
    private volatile long ackDelayMs;
    private String said = ""; // timer's thread only

    /**
     * @param directory where to look, or null for none
     */
    public FaultPoints(Path directory) {
        this.directory = directory;
        this.journal = LogJournal.in(directory);
    }

    /** True if a directory was configured. */
    public boolean isConfigured() {
        return directory != null;
    }

    /** Looks into the directory; called every {@link #POLL_MS} by one thread. */
    public void poll(ReplyLog log) {
        ackDelayMs = number(directory.resolve("ack-delay-ms"));
        boolean holdRelease = Files.exists(directory.resolve("hold-release"));
        boolean holdEnd = Files.exists(directory.resolve("hold-end"));
        log.holdRelease(holdRelease);
        ends.arm(holdEnd);
        say(
                (ackDelayMs > 0 ? "ack-delay-ms 0\n" : "")
                        + (holdRelease ? "hold-release " + log.heldBackCount() + "\n" : "")
                        + (holdEnd ? "hold-end " + ends.count() + "\n" : ""));
    }

    /** Written beside and renamed: a reader finds a whole file. */
    private void say(String state) {
        Path file = directory.resolve(STATE);
        if (state.equals(said) && (state.isEmpty() || Files.exists(file))) {
            return;
        }
        try {
            Path fresh = Files.writeString(directory.resolve(STATE + ".new"), state);
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            said = state;
        } catch (IOException e) {
            LOG.warn("fault points cannot answer in {}: {}", file, e.toString());
        }
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

    /** What this host says of the reply log. */
    LogJournal journal() {
        return journal;
    }

    /** The ends of replies on their way into the log. */
    public HeldEnds ends() {
        return ends;
    }
}
