package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/** What invariants see of the pair. */
public interface Scene {
    /** The true time. */
    long nowNs();

    /** True if a packet of the service that this host's stack sends now reaches the network. */
    boolean sends(HostId id);

    /** True if the data plane lets the host speak as one that serves alone. */
    boolean servesAlone(HostId id);

    /** True if only what the peer says lets this host speak. */
    boolean onPeersLease(HostId id);

    /** Epoch in which the host takes part, 0 if it has no daemon. */
    long epoch(HostId id);

    /** True if the pair has a witness. */
    boolean isWitnessed();

    /** True once a network fault has happened that two hosts cannot tell from a crash. */
    boolean isAmbiguous();

    /**
     * True once it can be unknown to a host that the other one has carried their connections on:
     * the path between them failed alone, or the one that stood by was cut off.
     */
    boolean isHeirUnknowable();

    /** True once time was hidden from a host. */
    boolean isTimeHidden();
}
