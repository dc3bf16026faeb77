package org.coralha.jetty.core;

import java.util.concurrent.atomic.AtomicLong;

/** Counts bytes kept in memory against one limit. Safe from any thread. */
public final class MemoryBudget {
    private final long limitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong spooledBytes = new AtomicLong();

    /**
     * @param limitBytes bytes that may be taken
     */
    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes the bytes if they fit. */
    boolean tryTake(int bytes) {
        if (usedBytes.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    void give(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    void countSpooled(int bytes) {
        spooledBytes.addAndGet(bytes);
    }

    /** Bytes in memory now. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** Bytes that went to spool files since the start. */
    public long spooledBytes() {
        return spooledBytes.get();
    }

    /** True if more than half of the limit is taken. */
    public boolean isTight() {
        return usedBytes.get() > limitBytes / 2;
    }
}
