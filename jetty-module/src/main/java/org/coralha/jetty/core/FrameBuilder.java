package org.coralha.jetty.core;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects reply bytes into the array that will be the record's frame, so that they are copied once
 * for the log and for the client. Not safe for several threads.
 */
public final class FrameBuilder {
    /** Payload at which a record is full, in bytes. */
    public static final int SPLIT_BYTES = 64 << 10;

    /** Payload up to which an array is copied into a larger one instead of being sent. */
    static final int GROW_LIMIT_BYTES = 16 << 10;

    private byte[] frame;
    private int payload;

    /**
     * Takes bytes while they fit; positions of the buffers move.
     *
     * @return true if all were taken; else the record must be sent and the rest offered again
     */
    public boolean add(ByteBuffer... buffers) {
        long remaining = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
        }
        if (remaining == 0) {
            return true;
        }
        int space = makeSpace((int) Math.min(remaining, SPLIT_BYTES));
        for (ByteBuffer buffer : buffers) {
            int count = Math.min(space, buffer.remaining());
            buffer.get(frame, LinkFrames.RECORD_HEAD_BYTES + payload, count);
            payload += count;
            space -= count;
            remaining -= count;
        }
        return remaining == 0;
    }

    private int makeSpace(int wanted) {
        if (frame == null) {
            frame = new byte[LinkFrames.RECORD_HEAD_BYTES + wanted];
        }
        int space = frame.length - LinkFrames.RECORD_HEAD_BYTES - payload;
        if (space < wanted && payload < GROW_LIMIT_BYTES) {
            int capacity = Math.min(SPLIT_BYTES, Math.max(2 * payload, payload + wanted));
            frame = Arrays.copyOf(frame, LinkFrames.RECORD_HEAD_BYTES + capacity);
            space = capacity - payload;
        }
        return space;
    }

    /** Payload bytes collected. */
    public int payload() {
        return payload;
    }

    /** The frame, with room for the head; the builder starts over. */
    public byte[] take() {
        byte[] taken = frame == null ? new byte[LinkFrames.RECORD_HEAD_BYTES] : frame;
        frame = null;
        payload = 0;
        return taken;
    }
}
