package org.coralha.heartbeat.io;

import java.util.function.BiConsumer;
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
     *
     * @param fatal told of its unexpected end: heartbeats must not go on without it
     */
    static Thread startUrgent(String name, BiConsumer<String, Throwable> fatal, Runnable body) {
        return startNeeded(
                name,
                fatal,
                () -> {
                    raise();
                    body.run();
                });
    }

    /** A daemon thread without which the host cannot keep its promises; as urgent ones else. */
    static Thread startNeeded(String name, BiConsumer<String, Throwable> fatal, Runnable body) {
        return start(
                name,
                body,
                (thread, e) ->
                        fatal.accept(
                                "thread " + thread.getName() + " ended, which is a defect of Coral",
                                e));
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
        return start(
                name,
                body,
                (t, e) -> LOG.error("thread {} ended: this is a defect of Coral", t.getName(), e));
    }

    private static Thread start(
            String name, Runnable body, Thread.UncaughtExceptionHandler unexpected) {
        Thread thread = new Thread(body, "coral-" + name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(unexpected);
        thread.start();
        return thread;
    }
}
