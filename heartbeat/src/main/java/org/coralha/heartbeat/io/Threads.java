package org.coralha.heartbeat.io;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the daemon's threads. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

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
