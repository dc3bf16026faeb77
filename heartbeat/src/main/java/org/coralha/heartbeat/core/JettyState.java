package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/** What is known of the Jetty process of this host, and what it was told last. */
final class JettyState {
    /** No process. */
    static final long NONE = 0;

    /**
     * How many pulse limits a Jetty that waits for a processor gets besides the one that every
     * Jetty has.
     */
    static final int WAIT_LIMITS = 4;

    private long processId = NONE;
    private boolean ready;
    private boolean logLink;
    private long readySinceNs;
    private long pulseSilenceNs;
    private long processorWaitNs;
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
        pulse();
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
        processorWaitNs = 0;
    }

    /** It could have run, but got no processor. */
    void waited(long ns) {
        processorWaitNs += ns;
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

    /** True if it says nothing although it could. */
    boolean hangs(long limitNs) {
        return pulseSilenceNs - Math.min(processorWaitNs, WAIT_LIMITS * limitNs) > limitNs;
    }

    /** The silence in words. */
    String silenceText() {
        String silence = "Jetty does not pulse";
        long waitedMs = processorWaitNs / 1_000_000;
        return waitedMs == 0
                ? silence
                : silence
                        + " for "
                        + pulseSilenceNs / 1_000_000
                        + " ms, of which it waited "
                        + waitedMs
                        + " ms for a processor";
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
