package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.duplex.FlowLogger;
import org.coralha.jetty.duplex.HeldReplies;
import org.coralha.jetty.duplex.ReplyLog;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output side of a connection.
 *
 * <pre>
 * logged    bytes are copied into records; they leave when the record that ends their reply is
 *           acknowledged. A write completes when it is logged.
 * plain     writes go to the socket, after whatever is still queued from before.
 * </pre>
 *
 * <p>The only way is from logged to plain. Safe from any thread. The lock is never held while
 * writing to the socket or calling back; order of locks: this one, then the reply log's.
 */
final class Outbound implements ReplyLog.Holder, SocketWriter.Source {
    private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
    private static final int WRITE_BYTES = 256 << 10;
    private static final int WRITE_BUFFERS = 16;
    private static final int BACKLOG_LIMIT_BYTES = 256 << 10;

    private final FlowEndPoint endPoint;
    private final EndPoint socket;
    private final Object lock = new Object();
    private final SocketWriter writer;
    private final WaitingWrites waiting;

    private HeldReplies held; // null: nothing was ever queued
    private InterimMode interim = InterimMode.NONE;
    private boolean shutdownAsked;
    private boolean shutdownDone;
    private boolean closeAsked;
    private Throwable closeCause;
    private boolean finished;

    Outbound(FlowEndPoint endPoint, EndPoint socket, Executor executor) {
        this.endPoint = endPoint;
        this.socket = socket;
        this.writer = new SocketWriter(socket, this);
        this.waiting = new WaitingWrites(executor);
    }

    /**
     * Begins to log. Nothing of the flow is read before its OPEN record is acknowledged. If the log
     * ended meanwhile the flow is plain.
     */
    void protect(ReplyLog log, FlowLogger records, HoldQueue queue, long replyLimitBytes) {
        synchronized (lock) {
            held = HeldReplies.open(queue, log, records, replyLimitBytes);
            if (held == null) {
                return;
            }
            endPoint.closeGate();
        }
        onReleased(log.releasedLsn());
    }

    /** Queues the logged bytes of a promoted flow before everything that will be written. */
    void inherit(HoldQueue logged, Runnable firstByte) {
        synchronized (lock) {
            held = HeldReplies.inherited(logged);
            waiting.atFirstByte(firstByte);
        }
        writer.iterate();
    }

    @Override
    public void onReleased(long lsn) {
        boolean opened;
        synchronized (lock) {
            opened = held.takeOpened(lsn);
        }
        if (opened) {
            endPoint.openGate();
        }
        writer.iterate();
    }

    /** Lets everything go and stops logging: this host serves alone. */
    void release() {
        synchronized (lock) {
            if (held == null) {
                return;
            }
            held.release();
            closeIfFailed();
        }
        endPoint.openGate();
        writer.iterate();
    }

    /** The flow speaks another protocol from now on. */
    void unprotect() {
        synchronized (lock) {
            if (held != null) {
                held.unprotect();
                closeIfFailed();
            }
        }
    }

    // What the HTTP connection says about its replies.

    void nextIsInterim(InterimMode mode) {
        synchronized (lock) {
            interim = isLogging() || mode == InterimMode.SUPPRESSED ? mode : InterimMode.NONE;
        }
    }

    void beginReply() {
        synchronized (lock) {
            interim = InterimMode.NONE; // of an interim reply that was never written
            if (held != null) {
                held.beginReply();
            }
        }
    }

    /**
     * The reply is whole.
     *
     * @param consumed instream bytes up to the end of its request
     * @param last true if the connection is closed after it
     */
    void endReply(long consumed, boolean last) {
        synchronized (lock) {
            if (held == null) {
                return;
            }
            held.endReply(consumed, last || shutdownAsked);
            closeIfFailed();
        }
        writer.iterate();
    }

    private void closeIfFailed() {
        if (held.failure() != null && !closeAsked) {
            LOG.error("{} is closed, its reply cannot be spooled: {}", this, held.failure());
            endOutstream(held.failure());
        }
    }

    /** Runs the action once little is waiting for the socket; perhaps at once. */
    void whenPaced(Runnable action) {
        synchronized (lock) {
            if (!finished && held != null && held.backlogBytes() > BACKLOG_LIMIT_BYTES) {
                waiting.pace(action);
                return;
            }
        }
        action.run();
    }

    /** True while bytes or the end of the stream wait for an acknowledgement. */
    boolean isHolding() {
        synchronized (lock) {
            return held != null && !finished && held.isHolding();
        }
    }

    boolean isProtected() {
        synchronized (lock) {
            return held != null && held.isProtected();
        }
    }

    boolean isCloseAsked() {
        synchronized (lock) {
            return closeAsked;
        }
    }

    boolean isShutdownAsked() {
        synchronized (lock) {
            return shutdownAsked || closeAsked;
        }
    }

    private boolean isLogging() {
        return held != null && held.isLogging();
    }

    // EndPoint.

    void write(Callback callback, ByteBuffer... buffers) {
        Runnable next;
        synchronized (lock) {
            if (closeAsked || (held != null && held.isEnded())) {
                next = () -> callback.failed(new EofException("closed"));
            } else if (interim == InterimMode.SUPPRESSED) {
                interim = InterimMode.NONE;
                next = WaitingWrites.drop(callback, buffers);
            } else if (isLogging()) {
                next = writeLogged(callback, buffers);
            } else {
                next = writePlain(callback, buffers);
            }
        }
        next.run();
    }

    private Runnable writePlain(Callback callback, ByteBuffer[] buffers) {
        return held == null || held.isDrained()
                ? () -> socket.write(callback, buffers)
                : waiting.park(callback, buffers, writer::iterate);
    }

    private Runnable writeLogged(Callback callback, ByteBuffer[] buffers) {
        if (interim != InterimMode.NONE) {
            return writeInterim(callback, buffers);
        }
        if (held.isPiecewise() && held.backlogBytes() > BACKLOG_LIMIT_BYTES) {
            return waiting.park(callback, buffers, writer::iterate);
        }
        HeldReplies.Outcome outcome = held.write(buffers);
        closeIfFailed();
        if (closeAsked) {
            Throwable cause = closeCause;
            return () -> callback.failed(cause);
        }
        return switch (outcome) {
            case LOGGED ->
                    held.isPiecewise()
                            ? WaitingWrites.after(writer::iterate, callback)
                            : callback::succeeded;
            case NO_ROOM -> waiting.park(callback, buffers, this::awaitRoom);
            case PLAIN -> writePlain(callback, buffers);
        };
    }

    private Runnable writeInterim(Callback callback, ByteBuffer[] buffers) {
        boolean upgrade = interim == InterimMode.UPGRADE;
        interim = InterimMode.NONE;
        if (!held.writeInterim(buffers, upgrade)) {
            return () -> callback.failed(new IOException("interim reply above 64 KiB"));
        }
        // 101 at once: Jetty resets its generator without waiting, and would write it again.
        return upgrade
                ? WaitingWrites.after(writer::iterate, callback)
                : waiting.awaitWritten(callback, held.outstreamEnd(), writer::iterate);
    }

    private void awaitRoom() {
        if (!held.log().awaitRoom(() -> waiting.dispatch(this::resume))) {
            resume();
        }
    }

    private void resume() {
        WaitingWrites.Write parked;
        synchronized (lock) {
            parked = waiting.unpark();
        }
        if (parked != null) {
            write(parked.callback(), parked.buffers());
        }
    }

    Callback cancelWrite(Throwable cause) {
        synchronized (lock) {
            Callback taken = waiting.cancel();
            if (taken != null || isLogging() || (held != null && !held.isDrained())) {
                return taken;
            }
        }
        return socket.cancelWrite(cause);
    }

    void shutdownOutput() {
        synchronized (lock) {
            if (shutdownAsked || closeAsked) {
                return;
            }
            shutdownAsked = true;
            // Within a reply its end carries the news.
            if (held != null && !held.isReplying()) {
                held.end();
            }
        }
        writer.iterate();
    }

    void close(Throwable cause) {
        WaitingWrites.Write parked;
        synchronized (lock) {
            if (closeAsked) {
                return;
            }
            endOutstream(cause);
            parked = waiting.unpark();
        }
        if (parked != null) {
            parked.callback().failed(cause == null ? new EofException("closed") : cause);
        }
        writer.iterate();
    }

    /** Whole replies still leave, after their acknowledgement; what is not whole never does. */
    private void endOutstream(Throwable cause) {
        closeAsked = true;
        closeCause = cause;
        if (held != null) {
            held.end();
        }
    }

    /** The socket is closed, whoever did it. */
    void onSocketClosed(Throwable cause) {
        fail(cause == null ? new EofException("closed") : cause);
    }

    @Override
    public void fail(Throwable cause) {
        Runnable failWaiting;
        synchronized (lock) {
            if (finished) {
                return;
            }
            finished = true;
            if (!closeAsked) {
                endOutstream(cause);
            }
            failWaiting = waiting.takeAll(cause);
            if (held != null) {
                held.close();
            }
        }
        failWaiting.run();
        socket.close(cause);
    }

    @Override
    public String toString() {
        return "flow of " + socket.getRemoteSocketAddress();
    }

    @Override
    public SocketWriter.Step next(long written) throws IOException {
        synchronized (lock) {
            if (finished) {
                return SocketWriter.Step.NOTHING;
            }
            List<ByteBuffer> buffers = List.of();
            if (held != null) {
                settle(written);
                buffers = held.writable(WRITE_BYTES, WRITE_BUFFERS);
            }
            return new SocketWriter.Step(
                    buffers, buffers.isEmpty() ? whenNothingToWrite() : waiting.takeFirstByte());
        }
    }

    private void settle(long written) {
        held.settle(written);
        waiting.written(held.writtenEnd());
        if (held.backlogBytes() <= BACKLOG_LIMIT_BYTES) {
            waiting.goOn();
            if (waiting.isParked() && held.isPiecewise()) {
                waiting.dispatch(this::resume);
            }
        }
    }

    private Runnable whenNothingToWrite() {
        if (held != null && (held.isOpenEnded() || !held.isDrained())) {
            return null;
        }
        if (waiting.isParked()) {
            return () -> waiting.dispatch(this::resume);
        }
        if (held != null && !held.isEndFree()) {
            return null;
        }
        if (closeAsked) {
            finished = true;
            if (held != null) {
                held.close();
            }
            return () -> socket.close(closeCause);
        }
        if (shutdownAsked && !shutdownDone) {
            shutdownDone = true;
            return socket::shutdownOutput;
        }
        return null;
    }
}
