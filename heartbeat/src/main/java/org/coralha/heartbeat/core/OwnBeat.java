package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * What this host's heartbeats say. Immutable, so that the sending thread may read it.
 *
 * @param epoch highest epoch known in use
 * @param floor what was persisted when this daemon started
 * @param role announced role
 * @param jettyReady Jetty can take a role
 * @param logLink our module reaches the peer's
 * @param addressProven an outside host answered us at the advertised address
 * @param countedIncarnation life of the peer's daemon that is current, 0 if none
 * @param countedSequence the last of its heartbeats from which silence is counted
 * @param yields the peer is asked to take the service over
 * @param pause the last order about automatic failover
 */
public record OwnBeat(
        long epoch,
        long floor,
        ServiceRole role,
        boolean jettyReady,
        boolean logLink,
        boolean addressProven,
        long countedIncarnation,
        long countedSequence,
        boolean yields,
        PauseOrder pause) {
    /** Of a daemon that has not decided anything yet. */
    public static final OwnBeat SILENT =
            new OwnBeat(0, 0, ServiceRole.IDLE, false, false, false, 0, 0, false, PauseOrder.NONE);
}
