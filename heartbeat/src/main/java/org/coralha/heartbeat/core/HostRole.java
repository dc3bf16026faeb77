package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * Every state of a host in the pair. {@link RoleCore} is the only one to change it.
 *
 * <pre>
 * DETACHED ──ready──► IDLE ──peer offers──► JOINING ──role taken──► BACKUP
 *    ▲                 │ cold start, alone,     │                      │
 *    │                 │ peer fenced            └───────────┬──────────┘
 *    │                 ▼                    primary is gone ▼
 *    │              SIMPLEX ◄──────────────────────────── SIMPLEX
 *    │               │  ▲ ▲
 *    │   peer ready, │  │ └─── backup is gone, log stalled ───┐
 *    │   equal, link ▼  │ abort                               │
 *    │            SHARING ──role taken──► OFFERING ──peer is backup──► PRIMARY
 *    │
 *    └─ new Jetty ─ FENCED ◄─ Jetty gone, deposed, dropped, persist failed (any role with a Jetty)
 *
 * PRIMARY without carrier, peer and outside hosts ─► CUT_PRIMARY ─► FENCED, or SIMPLEX
 * PRIMARY asked to yield the service ─► CUT_PRIMARY ─► DETACHED ─ the same Jetty ─► IDLE, or SIMPLEX
 * SIMPLEX, SHARING, OFFERING so               ─► CUT_SIMPLEX ─► FENCED, or SIMPLEX
 * JOINING, BACKUP without carrier, or reaching nobody for long ─► FENCED: the copies are stale
 * </pre>
 */
public enum HostRole {
    /** No Jetty is attached, or it is not ready. The data plane is fenced. */
    DETACHED(ServiceRole.IDLE),
    /** Jetty is ready; the host waits to be offered the backup's place, or to serve alone. */
    IDLE(ServiceRole.IDLE),
    /** Serves alone. */
    SIMPLEX(ServiceRole.SIMPLEX),
    /** Serves alone; its module was told to log new flows because the peer is ready to join. */
    SHARING(ServiceRole.SIMPLEX),
    /** Logs new flows and offers the backup's place to the peer; the data plane is simplex. */
    OFFERING(ServiceRole.PRIMARY),
    /** Duplex: executes, and sends nothing that is not logged at the peer. */
    PRIMARY(ServiceRole.PRIMARY),
    /** Accepted the offer; its module is taking the backup role. The data plane is fenced. */
    JOINING(ServiceRole.IDLE),
    /** Duplex: owns the address, replicates, transmits nothing of its own. */
    BACKUP(ServiceRole.BACKUP),
    /**
     * Was primary and can reach nobody, or was asked to yield: fenced, and says so, so that the
     * backup takes over as soon as it hears it. Serves again only if the peer is proven not to
     * serve.
     */
    CUT_PRIMARY(ServiceRole.FENCED),
    /**
     * Served alone and can reach nobody: fenced until it can, connections are kept. Says so: it may
     * only be unable to hear, and a peer that hears it must not wait for it for ever.
     */
    CUT_SIMPLEX(ServiceRole.FENCED),
    /** Cut off until a new Jetty process attaches. */
    FENCED(ServiceRole.FENCED);

    private final ServiceRole announced;

    HostRole(ServiceRole announced) {
        this.announced = announced;
    }

    /** What heartbeats say about this state. */
    public ServiceRole announced() {
        return announced;
    }

    /** True if this state lets packets of the service out of the host. */
    public boolean sends() {
        return this == SIMPLEX || this == SHARING || this == OFFERING || this == PRIMARY;
    }

    /** True if the peer may take over what this state serves: it stands by, or was invited to. */
    public boolean stoodBy() {
        return this == OFFERING || this == PRIMARY;
    }

    /** True if Jetty holds a role, or its connections, that end with its process. */
    public boolean engaged() {
        return this != DETACHED && this != IDLE && this != FENCED;
    }
}
