package org.coralha.heartbeat.core;

/**
 * Until when this host may speak for the service: the kernel keeps everything in afterwards,
 * whether the daemon, or the whole host, runs or not. The lease always ends before the peer can
 * take over.
 *
 * <p>While the peer may take the service over, only what the peer says renews the lease: it echoes
 * the last heartbeat that it has counted, and counts silence from that one. While nobody stands by,
 * each own heartbeat renews it, which proves that this daemon runs; one that did not run first
 * listens for as long as a peer that serves by now can be silent.
 *
 * <p>Pure, not safe for use by several threads. Times are those of {@code DataPlane.leaseClockNs}.
 */
public final class Lease {
    private static final int REMEMBERED = 256;

    private final long lengthNs;
    private final long listenNs;
    private final long[] sequences = new long[REMEMBERED];
    private final long[] sentNs = new long[REMEMBERED];
    private boolean byEcho;
    private long lastSentNs;
    private long listenUntilNs;
    private long untilNs;

    /** No lease yet. */
    public Lease(Timing timing) {
        this.lengthNs = timing.leaseNs();
        this.listenNs = timing.silenceNs();
    }

    /** The end of the lease; never goes back. */
    public long untilNs() {
        return untilNs;
    }

    /** From now on the peer may take over: only its echoes renew. */
    public void byEcho() {
        byEcho = true;
    }

    /**
     * From now on own heartbeats renew. Whoever decided that knows what the peer does, so there is
     * nothing to listen for; unless it was carried out so late that the peer, which heard nothing
     * meanwhile, may serve by now.
     */
    public void byOwn(long nowNs) {
        byEcho = false;
        if (nowNs - lastSentNs <= lengthNs) {
            listenUntilNs = 0;
        }
        extend(lastSentNs);
    }

    /**
     * A heartbeat is about to leave.
     *
     * @param sequence its number, one more than that of the heartbeat before
     */
    public void sending(long sequence, long nowNs) {
        int slot = slot(sequence);
        sequences[slot] = sequence;
        sentNs[slot] = nowNs;
        if (nowNs - lastSentNs > lengthNs) {
            listenUntilNs = nowNs + listenNs;
        }
        lastSentNs = nowNs;
        if (!byEcho && nowNs >= listenUntilNs) {
            extend(nowNs);
        }
    }

    /**
     * The peer's daemon has counted this heartbeat.
     *
     * @param sequence its number, 0 if there is none
     */
    public void echoed(long sequence) {
        int slot = slot(sequence);
        if (byEcho && sequence > 0 && sequences[slot] == sequence) {
            extend(sentNs[slot]);
        }
    }

    private void extend(long fromNs) {
        if (fromNs > 0) {
            untilNs = Math.max(untilNs, fromNs + lengthNs);
        }
    }

    private static int slot(long sequence) {
        return (int) (sequence % REMEMBERED);
    }
}
