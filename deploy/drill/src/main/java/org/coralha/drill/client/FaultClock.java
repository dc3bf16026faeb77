package org.coralha.drill.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The three moments that all connections of a load share: the fault, the permission to go on, and
 * the end of the busy loops. Safe from any thread.
 */
public final class FaultClock {
    private static final long NOT_YET = Long.MIN_VALUE;

    private final CountDownLatch gone = new CountDownLatch(1);
    private final CountDownLatch stepped = new CountDownLatch(1);
    private volatile long faultNanos = NOT_YET;
    private volatile boolean stopped;
    private volatile boolean serverMayEnd;

    /** The fault happens now; the first call counts. */
    public void markFault() {
        if (faultNanos == NOT_YET) {
            faultNanos = System.nanoTime();
        }
    }

    /** Lets connections opened with {@code step=1} send the request that matters. */
    public void step() {
        stepped.countDown();
    }

    /**
     * Waits for {@link #step}.
     *
     * @param limitMs longest wait
     * @return false if the limit passed first
     */
    public boolean awaitStep(long limitMs) throws InterruptedException {
        return stepped.await(limitMs, TimeUnit.MILLISECONDS);
    }

    /** Lets connections that wait in their phase, or for their step, go on. */
    public void go() {
        stepped.countDown();
        gone.countDown();
    }

    /** From now on a reply may announce the end of its connection although nobody asked. */
    public void letServerEnd() {
        serverMayEnd = true;
    }

    /** True after {@link #letServerEnd}. */
    public boolean serverMayEnd() {
        return serverMayEnd;
    }

    /** Busy loops end after the request that they are in. Waiting connections go on as well. */
    public void stop() {
        stopped = true;
        go();
    }

    /** True once the busy loops should end. */
    public boolean stopped() {
        return stopped;
    }

    /** True if a connection in its phase may go on. */
    public boolean mayGo() {
        return gone.getCount() == 0;
    }

    /**
     * Waits for {@link #go}.
     *
     * @param limitMs longest wait
     * @return false if the limit passed first
     */
    public boolean awaitGo(long limitMs) throws InterruptedException {
        return gone.await(limitMs, TimeUnit.MILLISECONDS);
    }

    /**
     * @param nanos a {@link System#nanoTime} value
     * @return microseconds since the fault, or -1 if it was before the fault or there was none
     */
    public long microsSinceFault(long nanos) {
        long fault = faultNanos;
        if (fault == NOT_YET || nanos < fault) {
            return -1;
        }
        return TimeUnit.NANOSECONDS.toMicros(nanos - fault);
    }
}
