package org.coralha.heartbeat.core;

import java.util.Map;
import org.coralha.pair.ServiceRole;

/**
 * A picture of the core for status and log.
 *
 * @param role the state of this host
 * @param epoch highest epoch in which it took part, 0 if none
 * @param jettyProcessId the attached Jetty, 0 if none
 * @param jettyReady Jetty can take a role
 * @param logLink its module reaches the peer's
 * @param jettyRole the role that Jetty was told last
 * @param peerPresent the peer is heard
 * @param peerSilenceNs for how long it has been silent
 * @param peer the last heartbeat, null if there was none
 * @param carrier the interface has carrier
 * @param addressProven an outside host answered at the advertised address
 * @param pause the last order about automatic failover
 * @param witness what is known of the witness
 * @param counters inputs that changed nothing, by reason
 */
public record CoreView(
        HostRole role,
        long epoch,
        long jettyProcessId,
        boolean jettyReady,
        boolean logLink,
        ServiceRole jettyRole,
        boolean peerPresent,
        long peerSilenceNs,
        PeerBeat peer,
        boolean carrier,
        boolean addressProven,
        PauseOrder pause,
        WitnessView witness,
        Map<String, Long> counters) {}
