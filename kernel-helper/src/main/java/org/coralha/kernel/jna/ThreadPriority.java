package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import org.coralha.kernel.KernelException;

/** Real-time priority of single threads: Java's own thread priorities do not reach that far. */
public final class ThreadPriority {
    private static final int SCHED_FIFO = 1;

    private ThreadPriority() {}

    /**
     * Puts the calling thread before every thread of a lower real-time priority, those of its own
     * process included, with no time slice that others of its priority could use up.
     *
     * @param priority 1 to 99, higher goes first
     * @throws KernelException without CAP_SYS_NICE
     */
    public static void raiseCurrentThread(int priority) {
        try {
            LibcNative.sched_setscheduler(0, SCHED_FIFO, new int[] {priority});
        } catch (LastErrorException e) {
            throw new KernelException(
                    "raise",
                    "thread " + Thread.currentThread().getName() + " to priority " + priority,
                    e.getErrorCode(),
                    "grant CAP_SYS_NICE and LimitRTPRIO");
        }
    }
}
