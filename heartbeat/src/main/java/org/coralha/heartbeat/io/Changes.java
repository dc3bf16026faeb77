package org.coralha.heartbeat.io;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.coralha.pair.ModuleMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers and logs the changes of the role. Lines are written by a thread of its own, because a
 * stuck log must not stop a takeover.
 */
final class Changes implements Consumer<RoleChange> {
    private static final Logger LOG = LoggerFactory.getLogger("coral.role");
    private static final int LINE_LIMIT = 256;

    private final ThreadPoolExecutor lines =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(LINE_LIMIT),
                    task -> {
                        Thread thread = new Thread(task, "coral-log");
                        thread.setDaemon(true);
                        return thread;
                    },
                    new ThreadPoolExecutor.DiscardPolicy());
    private RoleChange last;
    private RoleChange lastFailover;

    @Override
    public synchronized void accept(RoleChange change) {
        last = change;
        if (change.isFailover()) {
            lastFailover = change;
        }
        lines.execute(() -> LOG.info("{}", change));
    }

    /** The module answered: the measurement of the change is complete. */
    synchronized void taken(ModuleMessage.RoleTaken answer, long nowNs) {
        if (last == null || last.epoch() != answer.epoch() || last.takenMicros() >= 0) {
            return;
        }
        RoleChange complete = last.taken(answer.firstByteMicros(), nowNs);
        if (last.equals(lastFailover)) {
            lastFailover = complete;
        }
        last = complete;
        lines.execute(
                () ->
                        LOG.info(
                                "Jetty took the role {} in epoch {}: {} flows, first byte {} us,"
                                        + " answer {} us after detection",
                                answer.role(),
                                answer.epoch(),
                                answer.flows(),
                                complete.firstByteMicros(),
                                complete.takenMicros()));
    }

    /** The decision thread was busy for long. */
    void slow(String what) {
        lines.execute(() -> LOG.warn("slow decision: {}", what));
    }

    synchronized RoleChange last() {
        return last;
    }

    synchronized RoleChange lastFailover() {
        return lastFailover;
    }
}
