package org.coralha.jetty.core;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts bytes kept in memory and in spool files against their limits. Safe from any thread. */
public final class MemoryBudget {
    private final long limitBytes;
    private final long spoolLimitBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong inFilesBytes = new AtomicLong();
    private final AtomicLong spooledBytes = new AtomicLong();

    /**
     * @param limitBytes bytes that may be taken
     * @param spoolLimitBytes bytes that spool files may hold
     */
    public MemoryBudget(long limitBytes, long spoolLimitBytes) {
        this.limitBytes = limitBytes;
        this.spoolLimitBytes = spoolLimitBytes;
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

    /**
     * Takes room in the spool files.
     *
     * @throws IOException if there is none
     */
    void takeSpool(int bytes) throws IOException {
        if (inFilesBytes.addAndGet(bytes) > spoolLimitBytes) {
            inFilesBytes.addAndGet(-bytes);
            throw new IOException(
                    "the spool files hold " + spoolLimitBytes + " bytes: raise log.spool.bytes");
        }
        spooledBytes.addAndGet(bytes);
    }

    void giveSpool(long bytes) {
        inFilesBytes.addAndGet(-bytes);
    }

    /** Bytes in spool files now. */
    public long inFilesBytes() {
        return inFilesBytes.get();
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
