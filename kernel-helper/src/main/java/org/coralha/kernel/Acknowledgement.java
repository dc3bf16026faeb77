package org.coralha.kernel;

/**
 * Which of a client's bytes a primary acknowledges. Must be the same on both hosts: a primary that
 * is strict waits for reports that only a strict backup sends. Constants are in the order of {@code
 * types.h}; the first is in force unless another is set.
 */
public enum Acknowledgement {
    /**
     * Those that the backup's stack has taken too: none is lost whatever the backup's process does.
     */
    STRICT,
    /**
     * All that the primary's stack has taken. The backup keeps from the primary what lies beyond
     * its own stack's window; bytes that its stack drops for other reasons are missing there.
     */
    WINDOW,
    /**
     * All that the primary's stack has taken, whatever the backup has: for tests and comparisons.
     */
    ALL
}
