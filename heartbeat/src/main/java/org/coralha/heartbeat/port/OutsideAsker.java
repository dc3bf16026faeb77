package org.coralha.heartbeat.port;

/** Asks hosts outside the pair for a sign of life, in the background. */
public interface OutsideAsker {
    /** Pings all of them once; an answer is reported together with {@code sentNs}. */
    void ask(long sentNs);
}
