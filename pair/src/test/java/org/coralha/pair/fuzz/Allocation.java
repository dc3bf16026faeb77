package org.coralha.pair.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the Java heap is asked for by the thread that decodes an input. */
public final class Allocation {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The first run of any code loads classes, which is not the input's doing. */
    private static final int TRIES = 4;

    private Allocation() {}

    /** What is measured; does the same each time. */
    @FunctionalInterface
    public interface Decoding {
        /** Decodes, or refuses by an exception that says so. */
        void run() throws Exception;
    }

    /**
     * Runs the decoding, again if it took more than the limit, and keeps its last exception to
     * itself.
     *
     * @throws AssertionError if it asks for more each time
     */
    public static void assertAtMost(long limitBytes, Decoding decoding) {
        long taken = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && taken > limitBytes; i++) {
            taken = taken(decoding);
        }
        if (taken > limitBytes) {
            throw new AssertionError(
                    "decoding took " + taken + " bytes of heap, limit " + limitBytes);
        }
    }

    @SuppressWarnings("EmptyCatch")
    private static long taken(Decoding decoding) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decoding.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Refused; what that took counts as well.
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
