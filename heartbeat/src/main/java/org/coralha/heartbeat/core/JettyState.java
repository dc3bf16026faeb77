package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/** What is known of the Jetty process of this host, and what it was told last. */
final class JettyState {
    /** No process. */
    static final long NONE = 0;

    private long processId = NONE;
    private boolean ready;
    private boolean logLink;
    private long readySinceNs;
    private long pulseSilenceNs;
    private ServiceRole role = ServiceRole.IDLE;
    private long roleEpoch;
    private boolean rolePending;
    private long roleDeadlineNs;

    void attach(long newProcessId) {
        detach();
        processId = newProcessId;
    }

    void detach() {
        processId = NONE;
        ready = false;
        logLink = false;
        pulseSilenceNs = 0;
        role = ServiceRole.IDLE;
        rolePending = false;
    }

    void ready(long nowNs) {
        ready = true;
        readySinceNs = nowNs;
    }

    void unready() {
        ready = false;
    }

    void logLink(boolean up) {
        logLink = up;
    }

    void pulse() {
        pulseSilenceNs = 0;
    }

    void silent(long elapsedNs) {
        pulseSilenceNs += elapsedNs;
    }

    void told(long epoch, ServiceRole newRole, long deadlineNs) {
        role = newRole;
        roleEpoch = epoch;
        rolePending = true;
        roleDeadlineNs = deadlineNs;
    }

    /** True if this is the answer to the last thing that the module was told. */
    boolean took(long epoch, ServiceRole taken) {
        if (!rolePending || epoch != roleEpoch || taken != role) {
            return false;
        }
        rolePending = false;
        return true;
    }

    /** The process that is attached, {@link #NONE} if none is. */
    long processId() {
        return processId;
    }

    boolean attached() {
        return processId != NONE;
    }

    boolean isReady() {
        return ready;
    }

    boolean hasLogLink() {
        return logLink;
    }

    long readyForNs(long nowNs) {
        return nowNs - readySinceNs;
    }

    long pulseSilenceNs() {
        return pulseSilenceNs;
    }

    /** The role that the module was told last. */
    ServiceRole role() {
        return role;
    }

    boolean rolePending() {
        return rolePending;
    }

    boolean roleOverdue(long nowNs) {
        return rolePending && nowNs - roleDeadlineNs > 0;
    }
}
