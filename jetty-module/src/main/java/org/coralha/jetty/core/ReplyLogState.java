package org.coralha.jetty.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The primary's side of the reply log within one reign: records on the way, cumulative
 * acknowledgements, the window, and the stall. Not safe for several threads.
 *
 * @param <T> whom to tell that a record is acknowledged
 */
public final class ReplyLogState<T> {
    /** Records on the way at most: the transport queues about twice as many before it drops. */
    static final int WINDOW_RECORDS = 8192;

    private final long reign;
    private final long windowBytes;
    private final ArrayDeque<Entry<T>> onTheWay = new ArrayDeque<>();
    private long lastLsn;
    private long ackedLsn;
    private long bytesOnTheWay;
    private long reportedMs;
    private boolean progressed;
    private long progressNanos = Long.MIN_VALUE;

    private record Entry<T>(long lsn, byte[] frame, int length, long sentNanos, T owner) {}

    /** A record that must be sent again. */
    public record Frame(byte[] bytes, int length) {}

    /**
     * @param reign epoch in which this log is written
     * @param windowBytes record bytes that may be on the way
     */
    public ReplyLogState(long reign, long windowBytes) {
        this.reign = reign;
        this.windowBytes = windowBytes;
    }

    /** Epoch of this log. */
    public long reign() {
        return reign;
    }

    /** True if the window has room for another record. */
    public boolean hasRoom() {
        return bytesOnTheWay < windowBytes && onTheWay.size() < WINDOW_RECORDS;
    }

    /**
     * Numbers a record and stamps its frame. Small closing records are taken beyond the window too,
     * so the caller asks {@link #hasRoom} before payload.
     *
     * @param owner told when the record is acknowledged, or null
     * @return the LSN
     */
    public long append(byte[] frame, int length, long nowNanos, T owner) {
        lastLsn++;
        LinkFrames.stamp(frame, reign, lastLsn);
        onTheWay.add(new Entry<>(lastLsn, frame, length, nowNanos, owner));
        bytesOnTheWay += length;
        return lastLsn;
    }

    /**
     * Takes a cumulative acknowledgement.
     *
     * @return owners of the records acknowledged by it, in order; empty for an old, a foreign or an
     *     impossible one
     */
    public List<T> ack(LinkFrames.Ack ack) {
        List<T> owners = new ArrayList<>();
        if (ack.reign() != reign || ack.lsn() <= ackedLsn || ack.lsn() > lastLsn) {
            return owners;
        }
        while (!onTheWay.isEmpty() && onTheWay.peekFirst().lsn() <= ack.lsn()) {
            Entry<T> entry = onTheWay.pollFirst();
            bytesOnTheWay -= entry.length();
            if (entry.owner() != null) {
                owners.add(entry.owner());
            }
        }
        ackedLsn = ack.lsn();
        reportedMs = 0;
        progressed = true;
        return owners;
    }

    /** Every frame that is not acknowledged, in order: what a new link has to carry first. */
    public List<Frame> unacknowledged() {
        return onTheWay.stream().map(e -> new Frame(e.frame(), e.length())).toList();
    }

    /** Highest acknowledged LSN. */
    public long ackedLsn() {
        return ackedLsn;
    }

    /** Last LSN given out. */
    public long lastLsn() {
        return lastLsn;
    }

    /** Record bytes without acknowledgement. */
    public long bytesOnTheWay() {
        return bytesOnTheWay;
    }

    /** Age of the oldest record without acknowledgement in milliseconds, 0 if there is none. */
    public long oldestUnackedMs(long nowNanos) {
        return onTheWay.isEmpty()
                ? 0
                : Math.max(0, (nowNanos - onTheWay.peekFirst().sentNanos()) / 1_000_000);
    }

    /**
     * A backup that has more to do than it can do at once is not gone: what counts is the time
     * without any acknowledgement while records wait, not the age of a record.
     *
     * @return that time, since this was last asked at the earliest, if it reached the limit, or
     *     another whole limit since it was told last, else 0
     */
    public long stall(long nowNanos, long limitMs) {
        if (progressed) {
            progressed = false;
            progressNanos = nowNanos;
        }
        long silentMs = oldestUnackedMs(nowNanos);
        if (progressNanos != Long.MIN_VALUE) {
            silentMs = Math.min(silentMs, (nowNanos - progressNanos) / 1_000_000);
        }
        if (silentMs < reportedMs + limitMs) {
            return 0;
        }
        reportedMs = silentMs;
        return silentMs;
    }
}
