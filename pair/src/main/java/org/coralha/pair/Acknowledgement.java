package org.coralha.pair;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which of a client's bytes a primary acknowledges, and when it says so. Must be the same on both
 * hosts: a strict primary waits for reports that only a strict backup sends. Constants are in the
 * order of {@code types.h} of the data plane.
 */
public enum Acknowledgement {
    /**
     * Strict: only bytes that the backup's stack has taken too, so that none is lost whatever the
     * backup's process does. An acknowledgement that would tell the client nothing yet is kept
     * back, and the backup's progress produces what is owed.
     */
    CONDITIONAL,
    /**
     * Not strict: all that the primary's stack has taken. The backup keeps from the primary what
     * lies beyond its own stack's window; bytes that its stack drops for other reasons are missing
     * there.
     */
    WINDOW,
    /**
     * Not strict: all that the primary's stack has taken, whatever the backup has. For comparisons:
     * an upload may not survive a failover.
     */
    OFF,
    /**
     * Strict; nothing is kept back, only lowered to what the backup has, and every news of the
     * backup is told to the client at once.
     */
    EAGER,
    /**
     * Strict; an acknowledgement without data is kept back until the backup's stack has taken all
     * of what it covers.
     */
    LAZY;

    /** The value in the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True if no byte is acknowledged that the backup's stack has not taken. */
    public boolean isStrict() {
        return this != WINDOW && this != OFF;
    }

    /** The constant of that word. */
    static Optional<Acknowledgement> named(String word) {
        return Stream.of(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    /** All words, for people. */
    static String words() {
        return Stream.of(values()).map(Acknowledgement::word).collect(Collectors.joining(", "));
    }
}
