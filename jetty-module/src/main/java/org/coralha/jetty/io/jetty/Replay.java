package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.jetty.core.ByteQueue;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The instream of a promoted flow: first what the standby connection had read, from the first
 * unanswered request on, then the socket. If the answered requests reach beyond what was read, the
 * socket's bytes up to there are dropped. Used by the connection's reader alone.
 */
final class Replay {
    private static final int PIECE_BYTES = 32 << 10;

    private final ByteQueue logged;
    private long next;
    private long socketAt;

    /**
     * @param logged instream bytes read so far
     * @param from instream offset of the first unanswered request
     */
    Replay(ByteQueue logged, long from) {
        this.logged = logged;
        this.next = from;
        this.socketAt = logged.end();
    }

    synchronized boolean hasRemaining() {
        return next < logged.end();
    }

    /** True once nothing of the log is left and the socket stands at the right byte. */
    synchronized boolean isOver() {
        return !hasRemaining() && socketAt >= next;
    }

    synchronized void close() {
        logged.close();
        next = logged.end();
    }

    /** As {@link EndPoint#fill}. */
    synchronized int fill(ByteBuffer buffer, EndPoint socket) throws IOException {
        if (hasRemaining()) {
            return fillFromLog(buffer);
        }
        logged.close();
        while (socketAt < next) {
            ByteBuffer dropped = BufferUtil.allocate((int) Math.min(PIECE_BYTES, next - socketAt));
            int count = socket.fill(dropped);
            if (count <= 0) {
                return count;
            }
            socketAt += count;
        }
        return socket.fill(buffer);
    }

    private int fillFromLog(ByteBuffer buffer) throws IOException {
        List<ByteBuffer> pieces = logged.peek(next, logged.end(), PIECE_BYTES, 16);
        int position = BufferUtil.flipToFill(buffer);
        int count = 0;
        for (ByteBuffer piece : pieces) {
            count += BufferUtil.put(piece, buffer);
        }
        BufferUtil.flipToFlush(buffer, position);
        next += count;
        logged.trimTo(next);
        return count;
    }
}
