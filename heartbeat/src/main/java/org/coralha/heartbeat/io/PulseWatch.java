package org.coralha.heartbeat.io;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Looks after a Jetty whose pulse is late: does it hang, or does the machine give it no processor?
 * Looks only then, because a look reads three files of each thread. For one thread, apart from
 * {@link #pulsed}.
 */
final class PulseWatch {
    /** A pulse is late after this part of the limit; it is also the time between two looks. */
    private static final int LOOKS_PER_LIMIT = 5;

    private final long everyNs;
    private final ProcessorWait wait;
    private final LongSupplier processId;
    private final Listener listener;
    private volatile long pulsedNs;

    /** Is told what is seen. */
    @FunctionalInterface
    interface Listener {
        /** The process got no processor for that long. */
        void waited(long processId, long ns);
    }

    /**
     * @param pulseLimitNs silence after which Jetty counts as crashed
     * @param processId of the attached Jetty, 0 if there is none
     * @param listener told of each wait
     */
    PulseWatch(
            long pulseLimitNs, Path proc, LongSupplier processId, Listener listener, long nowNs) {
        this.everyNs = pulseLimitNs / LOOKS_PER_LIMIT;
        this.wait = new ProcessorWait(proc);
        this.processId = processId;
        this.listener = listener;
        this.pulsedNs = nowNs;
    }

    /** Time between two looks. */
    long everyNs() {
        return everyNs;
    }

    /** Jetty has pulsed; from any thread. */
    void pulsed(long nowNs) {
        pulsedNs = nowNs;
    }

    /** Looks, if a pulse is late. */
    void look(long nowNs) {
        long process = processId.getAsLong();
        if (process == 0 || nowNs - pulsedNs < everyNs) {
            wait.forget();
            return;
        }
        long ns = wait.look(process, nowNs);
        if (ns > 0) {
            listener.waited(process, ns);
        }
    }
}
