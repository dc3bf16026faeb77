package org.coralha.jetty.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Outstream bytes of one flow between their creation and the client's socket. A byte may leave only
 * when the record that covers it is acknowledged. Not safe for several threads.
 */
public final class HoldQueue {
    private final ByteQueue bytes;
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private long firmEnd;
    private long releasedEnd;
    private long written;

    private record Mark(long lsn, long offset) {}

    /**
     * @param bytes what is held; its bytes up to {@code releasedEnd} may leave at once
     */
    public HoldQueue(ByteQueue bytes, long releasedEnd) {
        this.bytes = bytes;
        this.written = bytes.start();
        this.firmEnd = releasedEnd;
        this.releasedEnd = releasedEnd;
    }

    /**
     * Appends outstream bytes that nothing covers yet.
     *
     * @throws IOException if they must be spooled and cannot
     */
    public void append(byte[] array, int offset, int length) throws IOException {
        bytes.append(array, offset, length);
    }

    /** Everything appended so far may leave once the LSN is acknowledged. */
    public void cover(long lsn) {
        firmEnd = bytes.end();
        marks.add(new Mark(lsn, firmEnd));
    }

    /** Takes a cumulative acknowledgement. */
    public void release(long ackedLsn) {
        while (!marks.isEmpty() && marks.peekFirst().lsn() <= ackedLsn) {
            releasedEnd = marks.pollFirst().offset();
        }
    }

    /** Everything appended may leave: nobody holds any more. */
    public void releaseAll() {
        marks.clear();
        firmEnd = bytes.end();
        releasedEnd = firmEnd;
    }

    /** Drops what no record covers: a reply that will never be whole. */
    public void discardUncovered() {
        bytes.truncateTo(firmEnd);
    }

    /**
     * Bytes that may be written now, in order.
     *
     * @throws IOException if the spool file cannot be read
     */
    public List<ByteBuffer> writable(int limitBytes, int limitBuffers) throws IOException {
        return bytes.peek(written, releasedEnd, limitBytes, limitBuffers);
    }

    /** That many of them are in the socket. */
    public void written(long count) {
        written += count;
        bytes.trimTo(written);
    }

    /** Outstream offset up to which bytes are in the socket. */
    public long writtenEnd() {
        return written;
    }

    /** Outstream offset after the last byte appended. */
    public long end() {
        return bytes.end();
    }

    /** Bytes appended and not yet in the socket. */
    public long backlogBytes() {
        return bytes.end() - written;
    }

    /** True if everything appended is in the socket. */
    public boolean isDrained() {
        return written == bytes.end();
    }

    /** True if bytes that a record covers wait for its acknowledgement. */
    public boolean isHolding() {
        return releasedEnd < firmEnd;
    }

    /** Drops everything. */
    public void close() {
        bytes.close();
        marks.clear();
        written = bytes.end();
        releasedEnd = written;
        firmEnd = written;
    }
}
