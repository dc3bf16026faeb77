package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * Records stay unacknowledged only while the link, or the module at one of its ends, does not work.
 */
public final class LogStallsForACause {
    private LogStallsForACause() {}

    /**
     * A log has stalled although everything that it needs has worked for long enough.
     *
     * @param host whose log
     */
    public static Broken broken(HostId host, long stalledMs) {
        return new Broken(
                LogStallsForACause.class,
                host + " has no acknowledgement for " + stalledMs + " ms over a link that works");
    }
}
