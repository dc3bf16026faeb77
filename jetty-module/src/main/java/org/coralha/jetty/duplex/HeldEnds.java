package org.coralha.jetty.duplex;

import java.util.ArrayList;
import java.util.List;

/**
 * Fault point in the path of a reply into the log: while it is armed the end of each reply is kept
 * back, so that the backup never holds a whole one. At most one end for each connection waits here.
 * Safe from any thread.
 */
public final class HeldEnds {
    private final List<Runnable> held = new ArrayList<>();
    private volatile boolean armed;

    /**
     * Takes the step that logs the end of a reply if the point is armed.
     *
     * @param logEnd run later, by the thread that disarms
     * @return false if the caller has to run it now
     */
    public boolean hold(Runnable logEnd) {
        if (!armed) {
            return false;
        }
        synchronized (held) {
            if (!armed) {
                return false;
            }
            held.add(logEnd);
            return true;
        }
    }

    /** Arms or disarms; what was held goes on when disarmed. */
    void arm(boolean wanted) {
        List<Runnable> freed;
        synchronized (held) {
            armed = wanted;
            if (wanted || held.isEmpty()) {
                return;
            }
            freed = List.copyOf(held);
            held.clear();
        }
        freed.forEach(Runnable::run);
    }

    /** Ends held back now. */
    long count() {
        synchronized (held) {
            return held.size();
        }
    }
}
