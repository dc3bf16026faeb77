package org.coralha.heartbeat.core;

/**
 * Whether the pair has a witness.
 *
 * @param isThere it has
 * @param soleEpoch what this host has persisted by {@link Action.KeepSole}, 0 if nothing
 */
public record Witnessed(boolean isThere, long soleEpoch) {
    /** A pair of two hosts only. */
    public static final Witnessed NO = new Witnessed(false, 0);
}
