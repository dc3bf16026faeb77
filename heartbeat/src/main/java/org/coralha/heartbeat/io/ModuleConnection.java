package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;

/**
 * One connection at the module's socket. Read by the selector thread; any thread may send. What the
 * socket does not take is queued up to a limit; beyond it the connection has overflowed.
 */
final class ModuleConnection {
    /** Bytes that may wait for a reader: one promotion with the largest frame, and answers. */
    static final long QUEUE_LIMIT_BYTES = 2L * MessageCodec.FRAME_LIMIT_BYTES;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final String user;
    private final long openedNs;
    private final ModuleFrames frames = new ModuleFrames();
    private final Deque<ByteBuffer> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean overflowed;
    private volatile long processId;

    ModuleConnection(SocketChannel channel, SelectionKey key, String user, long openedNs) {
        this.channel = channel;
        this.key = key;
        this.user = user;
        this.openedNs = openedNs;
    }

    String user() {
        return user;
    }

    long openedNs() {
        return openedNs;
    }

    void attach(long newProcessId) {
        processId = newProcessId;
    }

    long processId() {
        return processId;
    }

    /**
     * Reads what is there and adds the complete messages.
     *
     * @return false at the end of the stream
     * @throws ProtocolException for bytes that are not messages; those before them are added
     */
    boolean read(List<ModuleMessage> messages) throws IOException {
        int count = channel.read(frames.space());
        frames.take(messages);
        return count >= 0;
    }

    /** Sends now, or queues; false if there is no room or the connection is gone. */
    synchronized boolean send(ByteBuffer frame) {
        try {
            if (queue.isEmpty()) {
                channel.write(frame);
            }
            if (frame.hasRemaining()) {
                if (queuedBytes + frame.remaining() > QUEUE_LIMIT_BYTES) {
                    overflowed = true;
                    key.selector().wakeup();
                    return false;
                }
                queue.add(frame);
                queuedBytes += frame.remaining();
                key.interestOpsOr(SelectionKey.OP_WRITE);
                key.selector().wakeup();
            }
            return true;
        } catch (IOException | java.nio.channels.CancelledKeyException e) {
            return false;
        }
    }

    /** Writes what is queued, as far as the socket takes it. */
    synchronized void flush() throws IOException {
        while (!queue.isEmpty()) {
            ByteBuffer frame = queue.peek();
            queuedBytes -= channel.write(frame);
            if (frame.hasRemaining()) {
                return;
            }
            queue.remove();
        }
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
    }

    synchronized boolean overflowed() {
        return overflowed;
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // the descriptor is released in any case
        }
    }
}
