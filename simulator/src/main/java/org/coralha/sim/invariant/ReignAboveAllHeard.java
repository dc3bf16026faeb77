package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/** A host begins to serve in an epoch above every one that its daemon has heard of. */
final class ReignAboveAllHeard {
    private final long[] highest = new long[HostId.values().length];

    /** A daemon starts: what the one before it heard is not known to it. */
    void starts(HostId host) {
        highest[host.ordinal()] = 0;
    }

    void heard(HostId host, long epoch) {
        highest[host.ordinal()] = Math.max(highest[host.ordinal()], epoch);
    }

    void servesAlone(HostId host, long epoch) {
        if (epoch <= highest[host.ordinal()]) {
            throw new Broken(
                    getClass(),
                    host + " serves in " + epoch + ", has heard of " + highest[host.ordinal()]);
        }
    }
}
