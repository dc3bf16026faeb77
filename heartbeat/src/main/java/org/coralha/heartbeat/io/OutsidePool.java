package org.coralha.heartbeat.io;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.coralha.heartbeat.port.OutsideAsker;

/**
 * Pings outside hosts on a few threads that are started beforehand. When all of them wait for
 * answers, a further question is dropped and counted: the next one comes soon.
 */
final class OutsidePool implements OutsideAsker {
    private static final int THREADS = 8;
    private static final int TIMEOUT_MS = 200;

    private final ThreadPoolExecutor pool;
    private final IntPredicate ping;
    private final Answered answered;
    private final Counters counters;

    /** Told of an answer, on a thread of the pool. */
    @FunctionalInterface
    interface Answered {
        void at(long sentNs);
    }

    /**
     * @param ping asks all outside hosts, true if one answers within that many milliseconds
     * @param answered told of an answer
     */
    OutsidePool(IntPredicate ping, Answered answered, Counters counters) {
        this.ping = ping;
        this.answered = answered;
        this.counters = counters;
        this.pool =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        0,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "coral-outside");
                            thread.setDaemon(true);
                            return thread;
                        },
                        (task, full) -> counters.count("outside.busy"));
        pool.prestartAllCoreThreads();
    }

    @Override
    public void ask(long sentNs) {
        counters.count("outside.asked");
        pool.execute(() -> askNow(sentNs));
    }

    private void askNow(long sentNs) {
        try {
            if (ping.test(TIMEOUT_MS)) {
                counters.count("outside.answered");
                answered.at(sentNs);
            }
        } catch (RuntimeException e) {
            // Unreachable network and the like: no answer is what matters.
            counters.count("outside.failed");
        }
    }
}
