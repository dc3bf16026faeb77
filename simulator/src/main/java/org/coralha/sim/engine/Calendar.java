package org.coralha.sim.engine;

import java.util.Arrays;

/**
 * What is to happen, by time; what is due at the same time happens in the order in which it was
 * entered. A binary heap in three arrays. Not safe for use by several threads.
 */
public final class Calendar {
    private long[] atNs = new long[256];
    private long[] orders = new long[256];
    private Runnable[] events = new Runnable[256];
    private int size;
    private long order;
    private long nowNs;

    /**
     * @param startNs time at which it begins
     */
    public Calendar(long startNs) {
        nowNs = startNs;
    }

    /** The time, in nanoseconds. */
    public long nowNs() {
        return nowNs;
    }

    /** Enters an event; it may not lie in the past. */
    public void after(long delayNs, Runnable event) {
        if (size == atNs.length) {
            atNs = Arrays.copyOf(atNs, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        siftUp(size++, nowNs + Math.max(0, delayNs), order++, event);
    }

    /** Events that are entered. */
    public int size() {
        return size;
    }

    /**
     * Takes out the next event and moves the time to it.
     *
     * @return null if none is due before the limit; then the time is the limit
     */
    public Runnable next(long limitNs) {
        if (size == 0 || atNs[0] > limitNs) {
            nowNs = Math.max(nowNs, limitNs);
            return null;
        }
        nowNs = atNs[0];
        Runnable event = events[0];
        size--;
        if (size > 0) {
            siftDown(atNs[size], orders[size], events[size]);
        }
        events[size] = null;
        return event;
    }

    private void siftUp(int from, long at, long number, Runnable event) {
        int hole = from;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (!isBefore(at, number, parent)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, at, number, event);
    }

    private void siftDown(long at, long number, Runnable event) {
        int hole = 0;
        while (2 * hole + 1 < size) {
            int child = 2 * hole + 1;
            if (child + 1 < size && isBefore(atNs[child + 1], orders[child + 1], child)) {
                child++;
            }
            if (isBefore(at, number, child)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, at, number, event);
    }

    private boolean isBefore(long at, long number, int other) {
        return at < atNs[other] || at == atNs[other] && number < orders[other];
    }

    private void move(int from, int to) {
        put(to, atNs[from], orders[from], events[from]);
    }

    private void put(int slot, long at, long number, Runnable event) {
        atNs[slot] = at;
        orders[slot] = number;
        events[slot] = event;
    }
}
