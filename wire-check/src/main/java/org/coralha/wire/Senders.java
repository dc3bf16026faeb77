package org.coralha.wire;

/**
 * Who speaks in the service's name, over all connections of a capture in which the hosts' own
 * Ethernet addresses show. Used by one thread.
 */
final class Senders {
    /** A host that was followed cannot be the sender again before it has joined its peer. */
    static final long REJOIN_MICROS = 1_000_000;

    private long sender = -1;
    private long followed = -1;
    private long changedMicros;

    /**
     * Takes the service's next segment.
     *
     * @return true if its host was followed by the other one as the sender, longer ago than packets
     *     overtake each other
     */
    boolean speaksBesideSuccessor(Segment segment) {
        long host = segment.sourceMac();
        long sinceMicros = segment.timeMicros() - changedMicros;
        if (host == sender) {
            return false;
        }
        if (host == followed && sinceMicros < REJOIN_MICROS) {
            return sinceMicros > FlowState.OVERTAKING_MICROS;
        }
        followed = sender;
        sender = host;
        changedMicros = segment.timeMicros();
        return false;
    }
}
