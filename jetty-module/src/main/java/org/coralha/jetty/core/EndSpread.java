package org.coralha.jetty.core;

import java.util.concurrent.TimeUnit;
import org.coralha.pair.FlowKey;

/**
 * When the connections from before the pair may end. All of them with their very next reply would
 * make every client connect anew within a moment, and that crowd is what a client feels of a
 * planned move; so each has a moment of its own, spread evenly over a short window.
 *
 * <p>A pure function of the connection's name: nothing to remember, the same on every call.
 *
 * @param windowNanos length of the window in nanoseconds, above 0; after it every connection is due
 */
public record EndSpread(long windowNanos) {
    /** Short beside a person's patience and a second failure, long beside one connect. */
    public static final EndSpread STANDARD = new EndSpread(TimeUnit.MILLISECONDS.toNanos(250));

    /** 2^32 divided by the golden ratio: neighbouring ports come to lie far apart. */
    private static final int GOLDEN = 0x9e3779b1;

    private static final int FRACTION_BITS = 32;

    /** Refuses a window that is none. */
    public EndSpread {
        if (windowNanos <= 0) {
            throw new IllegalArgumentException("window of " + windowNanos + " ns: needs 1 or more");
        }
    }

    /**
     * True if the connection's moment has come.
     *
     * @param sinceNanos when this host became the primary, on the clock of {@code nowNanos}
     */
    public boolean isDue(FlowKey flow, long sinceNanos, long nowNanos) {
        long elapsedNanos = nowNanos - sinceNanos;
        return elapsedNanos >= windowNanos || elapsedNanos >= momentNanos(flow);
    }

    /** Nanoseconds into the window, from 0 up to its length. */
    long momentNanos(FlowKey flow) {
        long fraction = Integer.toUnsignedLong((flow.port() ^ flow.client().hashCode()) * GOLDEN);
        return (long) ((double) fraction / (1L << FRACTION_BITS) * windowNanos);
    }
}
