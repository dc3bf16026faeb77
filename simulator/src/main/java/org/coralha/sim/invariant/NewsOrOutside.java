package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * Whoever begins to serve has just heard its peer, or an outside host has answered a question that
 * was asked since: silence alone is no ground, the network of this host may be away.
 */
final class NewsOrOutside {
    private static final long NEWS_NS = 60_000_000;

    private final Scene scene;
    private final long[] heardNs = new long[HostId.values().length];
    private final long[] askedNs = new long[HostId.values().length];

    NewsOrOutside(Scene scene) {
        this.scene = scene;
    }

    void heard(HostId host) {
        heardNs[host.ordinal()] = scene.nowNs();
    }

    /** An outside host answered what was asked at that time. */
    void answered(HostId host, long asked) {
        askedNs[host.ordinal()] = Math.max(askedNs[host.ordinal()], asked);
    }

    void decidesToServe(HostId host) {
        long silenceNs = scene.nowNs() - heardNs[host.ordinal()];
        if (scene.isTimeHidden()) {
            return;
        }
        if (silenceNs > NEWS_NS && askedNs[host.ordinal()] <= heardNs[host.ordinal()]) {
            throw new Broken(
                    getClass(),
                    host + " serves, has heard nobody for " + silenceNs / 1_000_000 + " ms");
        }
    }
}
