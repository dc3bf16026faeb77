package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/** No host sends in an epoch below one in which it sent before, over restarts as well. */
final class EpochNeverGoesBack {
    private final long[] highest = new long[HostId.values().length];

    /** A daemon starts and finds this on its disk, which was told to keep so much. */
    void starts(HostId host, long found, long kept) {
        if (found < kept) {
            throw new Broken(
                    getClass(), host + " finds epoch " + found + ", " + kept + " was kept");
        }
    }

    void begins(HostId host, long epoch) {
        if (epoch < highest[host.ordinal()]) {
            throw new Broken(
                    getClass(), host + " reigns in " + epoch + " after " + highest[host.ordinal()]);
        }
        highest[host.ordinal()] = epoch;
    }
}
