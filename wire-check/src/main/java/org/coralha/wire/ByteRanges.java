package org.coralha.wire;

import java.util.Map;
import java.util.TreeMap;

/** Which parts of one direction of a connection went by, whatever their order. */
final class ByteRanges {
    /** No window is larger than this: 65535 scaled by 14 bits. */
    private static final long WINDOW_LIMIT = 65_535L << 14;

    private final TreeMap<Long, Long> ahead = new TreeMap<>();
    private boolean started;
    private long whole;

    /** True if the sequence number lies further ahead than any window allows. */
    boolean isFarAhead(int seq) {
        return started && offset(seq) - whole > WINDOW_LIMIT;
    }

    /** Adds sequence numbers from {@code start} to before {@code end}. */
    void add(int start, int end) {
        if (!started) {
            started = true;
            whole = Integer.toUnsignedLong(start);
        }
        long from = offset(start);
        ahead.merge(from, from + Integer.toUnsignedLong(end - start), Math::max);
        Map.Entry<Long, Long> next = ahead.firstEntry();
        while (next != null && next.getKey() <= whole) {
            whole = Math.max(whole, next.getValue());
            ahead.pollFirstEntry();
            next = ahead.firstEntry();
        }
    }

    /** True if something beyond a missing part went by. */
    boolean hasHole() {
        return !ahead.isEmpty();
    }

    /** True if every sequence number before this one went by. */
    boolean isWholeBefore(int seq) {
        return started && offset(seq) <= whole;
    }

    /** Where the sequence number lies, counted on beyond 32 bits. Once something was added. */
    long offset(int seq) {
        return whole + (seq - (int) whole);
    }
}
