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
 * @param claims this host may serve again without asking the peer; false without a witness
 * @param drops the peer must give its standby up: the primary goes on alone
 * @param turn number of the last change of its role, or doubt in it, in this life
 * @param echoTurn the last such number of the other host that it has counted, 0 if none
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
        boolean claims,
        boolean drops,
        int turn,
        int echoTurn,
        PauseOrder pause) {
    /** Of a daemon that has not decided anything yet. */
    public static final OwnBeat SILENT =
            new OwnBeat(
                    0,
                    0,
                    ServiceRole.IDLE,
                    false,
                    false,
                    false,
                    0,
                    0,
                    false,
                    false,
                    false,
                    0,
                    0,
                    PauseOrder.NONE);
}
