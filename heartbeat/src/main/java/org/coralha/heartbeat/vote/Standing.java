package org.coralha.heartbeat.vote;

/** What a host is in the epoch that it names to the witness. */
public enum Standing {
    /** It has no part in a reign. */
    NONE,
    /** It serves, or served last, alone: nobody else may succeed it. */
    SOLE,
    /** It serves, and the peer stands by or was invited to. */
    PRIMARY,
    /** It stands by. */
    BACKUP;

    private static final Standing[] VALUES = values();

    /** The standing of that ordinal, or null: for what comes from outside. */
    public static Standing of(int ordinal) {
        return ordinal >= 0 && ordinal < VALUES.length ? VALUES[ordinal] : null;
    }
}
