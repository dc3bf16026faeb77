package org.coralha.jetty.core;

import java.util.function.BooleanSupplier;

/**
 * Which silence inside Jetty is a hang. Pure.
 *
 * <ul>
 *   <li>A selector that does not come round: no connection is read or written any more. No
 *       application code runs there, so nothing that an application may do keeps it.
 *   <li>A thread pool that takes no job, while the virtual machine finds threads that wait for each
 *       other: it never will.
 *   <li>A thread pool that takes no job for {@link #POOL_LIMITS} times as long as a hang may last.
 *       Until then its threads are at work, however long that takes: another host would not be
 *       faster, and would begin anew.
 * </ul>
 */
public final class PulseRule {
    /** How many times longer than the pulse limit a pool may be busy. */
    public static final int POOL_LIMITS = 30;

    private final long limitMs;

    /**
     * @param limitMs {@code jetty.pulse.limit.ms}
     */
    public PulseRule(long limitMs) {
        this.limitMs = limitMs;
    }

    /**
     * True if Jetty may say that it lives.
     *
     * @param selectorsAnswer every selector came round since the last pulse
     * @param poolWaitsMs for how long a job has waited for a thread, 0 if none does
     * @param deadlock asked only if that is too long
     */
    public boolean lives(boolean selectorsAnswer, long poolWaitsMs, BooleanSupplier deadlock) {
        if (!selectorsAnswer || poolWaitsMs >= POOL_LIMITS * limitMs) {
            return false;
        }
        return poolWaitsMs < limitMs || !deadlock.getAsBoolean();
    }
}
