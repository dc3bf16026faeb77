package org.coralha.wire;

import java.util.Arrays;

/** What a backup has acknowledged of one connection, and when. Times are those of the capture. */
final class LoggedFlow {
    private static final int FIRST_ENDS = 4;

    private final long incarnation;
    private final long openMicros;
    private long[] micros = new long[FIRST_ENDS];
    private long[] ends = new long[FIRST_ENDS];
    private int count;
    private long endMicros = Long.MAX_VALUE;
    private long unprotectedMicros = Long.MAX_VALUE;

    /**
     * @param incarnation which connection of its client's address and port
     * @param openMicros when its OPEN was acknowledged
     */
    LoggedFlow(long incarnation, long openMicros) {
        this.incarnation = incarnation;
        this.openMicros = openMicros;
    }

    boolean is(long other) {
        return incarnation == other;
    }

    /** When the backup acknowledged that the connection exists. */
    long openMicros() {
        return openMicros;
    }

    /** All before this outstream offset may leave from then on. */
    void covers(long end, long atMicros) {
        if (count > 0 && ends[count - 1] >= end) {
            return;
        }
        if (count == ends.length) {
            micros = Arrays.copyOf(micros, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        micros[count] = atMicros;
        ends[count] = end;
        count++;
    }

    /** The end of the outstream may be shown from then on. */
    void ends(long atMicros) {
        endMicros = Math.min(endMicros, atMicros);
    }

    /** Nothing is logged any more: from then on everything may leave. */
    void unprotected(long atMicros) {
        unprotectedMicros = Math.min(unprotectedMicros, atMicros);
    }

    /** Outstream offset up to which bytes may have left at this time. */
    long coveredAt(long atMicros) {
        if (unprotectedMicros <= atMicros) {
            return Long.MAX_VALUE;
        }
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (micros[middle] <= atMicros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : ends[low - 1];
    }

    /** True if the end of the outstream may have been shown at this time. */
    boolean isEndedAt(long atMicros) {
        return endMicros <= atMicros || unprotectedMicros <= atMicros;
    }
}
