package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * Content of an authenticated heartbeat of the peer.
 *
 * @param incarnation random number of the peer daemon's life
 * @param sequence grows with each heartbeat of an incarnation, from 1
 * @param echoIncarnation incarnation of this host that the peer heard last, 0 if none
 * @param echoSequence sequence of this host that the peer heard last
 * @param epoch highest epoch that the peer knows in use
 * @param floor what the peer had persisted when its daemon started
 * @param role the peer's role
 * @param jettyReady its Jetty can take a role
 * @param logLink its module reaches ours
 * @param addressProven an outside host answered it at the advertised address
 * @param yields it asks this host to take the service over
 * @param claims it may serve again without asking this host; false without a witness
 * @param drops this host must give its standby up: the primary goes on alone
 * @param turn number of the last change of its role, or doubt in it, in this life
 * @param echoTurn the last such number of the other host that it has counted, 0 if none
 * @param pause the last order about automatic failover that it knows
 * @param lastGasp it will not serve any more: act without waiting for silence
 * @param configProblem how its configuration differs from ours; empty if it does not
 */
public record PeerBeat(
        long incarnation,
        long sequence,
        long echoIncarnation,
        long echoSequence,
        long epoch,
        long floor,
        ServiceRole role,
        boolean jettyReady,
        boolean logLink,
        boolean addressProven,
        boolean yields,
        boolean claims,
        boolean drops,
        int turn,
        int echoTurn,
        PauseOrder pause,
        boolean lastGasp,
        String configProblem) {

    /** True if both hosts have the same configuration. */
    public boolean configMatches() {
        return configProblem.isEmpty();
    }
}
