package org.coralha.heartbeat.io;

import org.coralha.kernel.KernelException;
import org.coralha.kernel.jna.ThreadPriority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the daemon's threads. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private static final int URGENT_PRIORITY = 20;

    private Threads() {}

    /**
     * A daemon thread that others wait for: detection, decision, heartbeats. It runs before the
     * virtual machine's own threads, which share the process's real-time priority and, when they
     * compile, use up whole time slices of it.
     */
    static Thread startUrgent(String name, Runnable body) {
        return start(
                name,
                () -> {
                    raise();
                    body.run();
                });
    }

    private static void raise() {
        try {
            ThreadPriority.raiseCurrentThread(URGENT_PRIORITY);
        } catch (KernelException e) {
            LOG.warn("{}: a busy host may look dead", e.getMessage());
        }
    }

    /** A daemon thread whose unexpected end is logged. */
    static Thread start(String name, Runnable body) {
        Thread thread = new Thread(body, "coral-" + name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (t, e) -> LOG.error("thread {} ended: this is a defect of Coral", t.getName(), e));
        thread.start();
        return thread;
    }
}
