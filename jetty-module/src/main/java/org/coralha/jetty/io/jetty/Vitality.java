package org.coralha.jetty.io.jetty;

import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.coralha.jetty.core.PulseRule;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a round through every selector of the connector and a job through its thread pool, at most
 * one of each at a time, and asks what {@link PulseRule} makes of those that are out. For one
 * thread.
 */
final class Vitality {
    private static final Logger LOG = LoggerFactory.getLogger(Vitality.class);

    private final ServerConnector connector;
    private final PulseRule rule;
    private final long limitMs;
    private final AtomicInteger selectorsOut = new AtomicInteger();
    private final AtomicInteger jobsOut = new AtomicInteger();
    private long jobSinceNs;
    private long livedNs = System.nanoTime();
    private boolean reported;

    Vitality(ServerConnector connector, long limitMs) {
        this.connector = connector;
        this.limitMs = limitMs;
        this.rule = new PulseRule(limitMs);
    }

    /** True if Jetty can work; asks anew what has answered. */
    boolean check(long nowNs) {
        boolean selectorsAnswer = selectorsOut.get() <= 0;
        long waitedMs = jobsOut.get() == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nowNs - jobSinceNs);
        boolean lives = rule.lives(selectorsAnswer, waitedMs, Vitality::deadlocked);
        if (selectorsAnswer) {
            askSelectors();
        }
        if (jobsOut.get() == 0) {
            askPool(nowNs);
        }
        report(lives, selectorsAnswer, waitedMs, nowNs);
        return lives;
    }

    private void askSelectors() {
        Collection<ManagedSelector> selectors =
                connector.getSelectorManager().getBeans(ManagedSelector.class);
        selectorsOut.set(selectors.size());
        selectors.forEach(s -> s.submit(unused -> selectorsOut.decrementAndGet()));
    }

    private void askPool(long nowNs) {
        jobSinceNs = nowNs;
        jobsOut.set(1);
        try {
            connector.getExecutor().execute(() -> jobsOut.set(0));
        } catch (RejectedExecutionException e) {
            jobsOut.set(0); // it is full, which is work, or it stops, which the daemon is told
        }
    }

    private static boolean deadlocked() {
        return ManagementFactory.getThreadMXBean().findDeadlockedThreads() != null;
    }

    /** The daemon will say that there was no pulse; this is why. */
    private void report(boolean lives, boolean selectorsAnswer, long waitedMs, long nowNs) {
        if (lives) {
            livedNs = nowNs;
            reported = false;
        } else if (!reported && TimeUnit.NANOSECONDS.toMillis(nowNs - livedNs) > limitMs / 2) {
            reported = true;
            LOG.error(
                    "Jetty hangs: {}, a job has waited {} ms for a thread; no pulse until it works",
                    selectorsAnswer ? "the thread pool takes no job" : "a selector does not answer",
                    waitedMs);
        }
    }
}
