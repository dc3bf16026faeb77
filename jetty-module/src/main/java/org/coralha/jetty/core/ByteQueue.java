package org.coralha.jetty.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.coralha.jetty.port.SpoolFile;
import org.coralha.jetty.port.SpoolFiles;

/**
 * A stretch of a byte stream, addressed by stream offsets: grows at the end, is trimmed at the
 * start. What exceeds the memory budget lives in a spool file. Not safe for several threads.
 */
public final class ByteQueue {
    private static final int MERGED_LIMIT_BYTES = 1 << 20;
    private static final int SPOOL_READ_BYTES = 64 << 10;

    /** Memory for the bookkeeping of a piece, counted so that tiny pieces cannot exceed it. */
    static final int PIECE_COST_BYTES = 64;

    private final MemoryBudget budget;
    private final SpoolFiles spools;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    private SpoolFile spool;
    private long spoolBytes;
    private long start;
    private long end;

    private static final class Chunk {
        final long start;
        final int length;
        final byte[] array; // null: in the spool file at position
        final long position;

        Chunk(long start, int length, byte[] array, long position) {
            this.start = start;
            this.length = length;
            this.array = array;
            this.position = position;
        }

        long end() {
            return start + length;
        }

        boolean continuesAt(long at, long filePosition, int more) {
            return array == null
                    && end() == at
                    && position + length == filePosition
                    && (long) length + more <= MERGED_LIMIT_BYTES;
        }
    }

    /**
     * @param start offset of the first byte that will be appended
     */
    public ByteQueue(long start, MemoryBudget budget, SpoolFiles spools) {
        this.start = start;
        this.end = start;
        this.budget = budget;
        this.spools = spools;
    }

    /** Offset of the first byte kept. */
    public long start() {
        return start;
    }

    /** Offset after the last byte. */
    public long end() {
        return end;
    }

    /** Bytes between start and end; 0 if the start was moved beyond the end. */
    public long size() {
        return Math.max(0, end - start);
    }

    /**
     * Appends bytes; the array is kept and must not change. Bytes below the start are dropped.
     *
     * @throws IOException if they must be spooled and cannot; then nothing was appended
     */
    public void append(byte[] array, int offset, int length) throws IOException {
        int skip = (int) Math.min(length, Math.max(0, start - end));
        int kept = length - skip;
        if (kept > 0) {
            add(end + skip, array, offset + skip, kept);
        }
        end += length;
    }

    private void add(long at, byte[] array, int offset, int length) throws IOException {
        if (budget.tryTake(length + PIECE_COST_BYTES)) {
            chunks.add(new Chunk(at, length, array, offset));
            return;
        }
        if (spool == null) {
            spool = spools.create();
        }
        budget.takeSpool(length);
        spoolBytes += length;
        long position = spool.append(array, offset, length);
        Chunk last = chunks.peekLast();
        if (last != null && last.continuesAt(at, position, length)) {
            chunks.pollLast();
            chunks.add(new Chunk(last.start, last.length + length, null, last.position));
        } else {
            chunks.add(new Chunk(at, length, null, position));
        }
    }

    /**
     * The bytes from an offset on, as buffers to read from.
     *
     * @param from at least {@link #start}
     * @param to at most {@link #end}
     * @param limitBytes about how many to return; at least one chunk is
     * @throws IOException if the spool file cannot be read
     */
    public List<ByteBuffer> peek(long from, long to, int limitBytes, int limitBuffers)
            throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>();
        long at = from;
        for (Chunk chunk : chunks) {
            if (at >= to || at - from >= limitBytes || buffers.size() >= limitBuffers) {
                break;
            }
            if (chunk.end() > at) {
                ByteBuffer buffer = view(chunk, at, to);
                at += buffer.remaining();
                buffers.add(buffer);
                if (at < Math.min(chunk.end(), to)) {
                    break;
                }
            }
        }
        return buffers;
    }

    private ByteBuffer view(Chunk chunk, long from, long to) throws IOException {
        int skip = (int) (from - chunk.start);
        int length = (int) Math.min(chunk.length - skip, to - from);
        if (chunk.array != null) {
            return ByteBuffer.wrap(chunk.array, (int) chunk.position + skip, length);
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(length, SPOOL_READ_BYTES));
        spool.read(chunk.position + skip, buffer);
        return buffer.flip();
    }

    /** Drops everything below the offset; it may lie beyond the end, then later bytes go too. */
    public void trimTo(long offset) {
        start = Math.max(start, offset);
        while (!chunks.isEmpty() && chunks.peekFirst().end() <= start) {
            drop(chunks.pollFirst());
        }
        resetSpoolIfEmpty();
    }

    /** Drops everything from the offset on. */
    public void truncateTo(long offset) {
        while (!chunks.isEmpty() && chunks.peekLast().start >= offset) {
            drop(chunks.pollLast());
        }
        Chunk last = chunks.peekLast();
        if (last != null && last.end() > offset) {
            chunks.pollLast();
            int kept = (int) (offset - last.start);
            chunks.add(new Chunk(last.start, kept, last.array, last.position));
            if (last.array != null) {
                budget.give(last.length - kept);
            }
        }
        end = Math.min(end, offset);
        resetSpoolIfEmpty();
    }

    private void drop(Chunk chunk) {
        if (chunk.array != null) {
            budget.give(chunk.length + PIECE_COST_BYTES);
        }
    }

    private void resetSpoolIfEmpty() {
        if (spool != null && chunks.isEmpty()) {
            forgetSpooled();
            try {
                spool.reset();
            } catch (IOException e) {
                // The space comes back when the flow ends; new bytes get a new file.
                spool.close();
                spool = null;
            }
        }
    }

    private void forgetSpooled() {
        budget.giveSpool(spoolBytes);
        spoolBytes = 0;
    }

    /** Drops everything and deletes the spool file. */
    public void close() {
        for (Iterator<Chunk> all = chunks.iterator(); all.hasNext(); all.remove()) {
            drop(all.next());
        }
        forgetSpooled();
        if (spool != null) {
            spool.close();
            spool = null;
        }
        start = end;
    }
}
