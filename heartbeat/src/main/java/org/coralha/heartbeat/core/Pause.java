package org.coralha.heartbeat.core;

import org.coralha.pair.HostId;

/**
 * Whether automatic failover is paused, agreed with the peer by the numbers of the orders. A pause
 * always ends by itself. It is kept in memory only: a daemon that starts learns it from the peer,
 * and when both start anew nothing is paused.
 */
final class Pause {
    private final HostId self;
    private long number;
    private long untilNs;
    private boolean paused;

    Pause(HostId self) {
        this.self = self;
    }

    /** An operator's order at this host; 0 resumes. */
    void order(long forNs, long nowNs) {
        number = self.nextEpochAfter(number);
        untilNs = nowNs + forNs;
        paused |= forNs > 0;
    }

    /** What the peer knows: a later order than ours holds here too. */
    void hear(PauseOrder peer, long nowNs) {
        if (peer.number() > number) {
            number = peer.number();
            untilNs = nowNs + peer.remainingNs();
            paused |= peer.isPaused();
        }
    }

    /** True if failover is paused; stays so until {@link #takeEnd} is asked. */
    boolean isPaused() {
        return paused;
    }

    /** True once: when the pause is over. */
    boolean takeEnd(long nowNs) {
        boolean over = paused && nowNs - untilNs >= 0;
        paused &= !over;
        return over;
    }

    /** What heartbeats say of it. */
    PauseOrder last(long nowNs) {
        return number == 0 ? PauseOrder.NONE : new PauseOrder(number, Math.max(0, untilNs - nowNs));
    }
}
