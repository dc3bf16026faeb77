package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.duplex.ReplyLog;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
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
final class Outbound implements ReplyLog.Holder {
    private static final Logger LOG = LoggerFactory.getLogger(Outbound.class);
    private static final int WRITE_BYTES = 256 << 10;
    private static final int WRITE_BUFFERS = 16;
    private static final int BACKLOG_LIMIT_BYTES = 256 << 10;

    private final FlowEndPoint endPoint;
    private final EndPoint socket;
    private final Executor executor;
    private final Object lock = new Object();
    private final Writer writer = new Writer();

    private HoldQueue queue; // null: nothing was ever queued
    private ReplyLog log; // null: was never logged
    private FlowLogger records;
    private boolean logging; // writes go into records
    private boolean released; // nothing waits for acknowledgements any more
    private long openLsn; // OPEN record not yet acknowledged, else 0
    private long endLsn; // record after which the outstream is closed, else 0
    private long replyLimitBytes;
    private long replyBytes;
    private boolean replying;
    private boolean piecewise;
    private InterimMode interim = InterimMode.NONE;
    private Callback onWritten; // of the interim reply that ends at writtenMark
    private long writtenMark;
    private Callback parked; // a write that waits for room or for the queue
    private ByteBuffer[] parkedBuffers;
    private Runnable paced;
    private Runnable onFirstByte;
    private boolean shutdownAsked;
    private boolean shutdownDone;
    private boolean closeAsked;
    private Throwable closeCause;
    private boolean finished;

    /** What the next write is, beside an ordinary piece of a reply. */
    enum InterimMode {
        NONE,
        /** A 1xx reply: logged, acknowledged, then sent. */
        LOGGED,
        /** 101: as LOGGED, and the flow is not protected afterwards. */
        UPGRADE,
        /** A 1xx reply that the client has, or will get, from what the primary logged. */
        SUPPRESSED
    }

    Outbound(FlowEndPoint endPoint, EndPoint socket, Executor executor) {
        this.endPoint = endPoint;
        this.socket = socket;
        this.executor = executor;
    }

    /**
     * Begins to log. Nothing of the flow is read before its OPEN record is acknowledged. If the log
     * ended meanwhile the flow is plain.
     */
    void protect(ReplyLog replyLog, FlowLogger logger, HoldQueue held, long limitBytes) {
        synchronized (lock) {
            long lsn = logger.open().lsn();
            if (lsn == ReplyLog.INACTIVE) {
                return;
            }
            endPoint.closeGate();
            log = replyLog;
            records = logger;
            queue = held;
            replyLimitBytes = limitBytes;
            openLsn = lsn;
            logging = true;
        }
        onReleased(replyLog.releasedLsn());
    }

    /** Queues the logged bytes of a promoted flow before everything that will be written. */
    void inherit(HoldQueue logged, Runnable firstByte) {
        synchronized (lock) {
            queue = logged;
            onFirstByte = firstByte;
        }
        writer.iterate();
    }

    @Override
    public void onReleased(long lsn) {
        boolean open;
        synchronized (lock) {
            open = openLsn > 0 && lsn >= openLsn;
            openLsn = open ? 0 : openLsn;
        }
        if (open) {
            endPoint.openGate();
        }
        writer.iterate();
    }

    /** Lets everything go and stops logging: this host serves alone. */
    void release() {
        synchronized (lock) {
            goPlain();
            openLsn = 0;
        }
        endPoint.openGate();
        writer.iterate();
    }

    private void goPlain() {
        if (log == null || released) {
            return;
        }
        released = true;
        if (logging) {
            logging = false;
            append(records.unlogged());
        }
        queue.releaseAll();
    }

    /** The flow speaks another protocol from now on. */
    void unprotect() {
        synchronized (lock) {
            if (logging && endLsn == 0) {
                enqueue(records.interim(LogRecord.UNPROTECTED), true);
                logging = false;
            }
        }
    }

    // What the HTTP connection says about its replies.

    void nextIsInterim(InterimMode mode) {
        synchronized (lock) {
            interim = logging || mode == InterimMode.SUPPRESSED ? mode : InterimMode.NONE;
        }
    }

    void beginReply() {
        synchronized (lock) {
            replying = true;
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
            replying = false;
            if (!logging || endLsn != 0) {
                return;
            }
            boolean ends = last || shutdownAsked;
            logPiece(LogRecord.END | (ends ? LogRecord.CLOSE_AFTER : 0), consumed);
            replyBytes = 0;
            piecewise = false;
        }
        writer.iterate();
    }

    private void logPiece(int flags, long consumed) {
        replyBytes += records.collected();
        piecewise |= replyBytes > replyLimitBytes;
        int all = flags | (piecewise ? LogRecord.PIECEWISE : 0);
        FlowLogger.Logged logged = records.reply(all, consumed);
        if ((flags & LogRecord.CLOSE_AFTER) != 0) {
            endLsn = logged.lsn();
        }
        enqueue(logged, all != 0);
    }

    private void enqueue(FlowLogger.Logged logged, boolean covers) {
        append(logged);
        if (logged.lsn() == ReplyLog.INACTIVE) {
            goPlain();
        } else if (covers) {
            queue.cover(logged.lsn());
        }
    }

    private void append(FlowLogger.Logged logged) {
        try {
            queue.append(logged.frame(), logged.offset(), logged.length());
        } catch (IOException e) {
            LOG.error("{} is closed, its reply cannot be spooled: {}", this, e.toString());
            endOutstream(e);
        }
    }

    /** Runs the action once little is waiting for the socket; perhaps at once. */
    void whenPaced(Runnable action) {
        synchronized (lock) {
            if (!finished && queue != null && queue.backlogBytes() > BACKLOG_LIMIT_BYTES) {
                paced = action;
                return;
            }
        }
        action.run();
    }

    /** True while bytes or the end of the stream wait for an acknowledgement. */
    boolean isHolding() {
        synchronized (lock) {
            return log != null && !released && !finished && (queue.isHolding() || !isEndFree());
        }
    }

    boolean isLogging() {
        synchronized (lock) {
            return logging;
        }
    }

    boolean isProtected() {
        synchronized (lock) {
            return log != null && !released;
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

    // EndPoint.

    void write(Callback callback, ByteBuffer... buffers) {
        Runnable next;
        synchronized (lock) {
            if (closeAsked || endLsn != 0) {
                next = () -> callback.failed(new EofException("closed"));
            } else if (interim == InterimMode.SUPPRESSED) {
                interim = InterimMode.NONE;
                for (ByteBuffer buffer : buffers) {
                    buffer.position(buffer.limit());
                }
                next = callback::succeeded;
            } else {
                next = logging ? writeLogged(callback, buffers) : writePlain(callback, buffers);
            }
        }
        next.run();
    }

    private Runnable writePlain(Callback callback, ByteBuffer[] buffers) {
        if (queue == null || queue.isDrained()) {
            return () -> socket.write(callback, buffers);
        }
        return park(callback, buffers, writer::iterate);
    }

    private Runnable writeLogged(Callback callback, ByteBuffer[] buffers) {
        if (interim != InterimMode.NONE) {
            return writeInterim(callback, buffers);
        }
        if (piecewise && queue.backlogBytes() > BACKLOG_LIMIT_BYTES) {
            return park(callback, buffers, writer::iterate);
        }
        if (!log.hasRoom()) {
            return park(callback, buffers, this::awaitRoom);
        }
        while (!records.add(buffers)) {
            logPiece(0, 0);
            if (closeAsked) {
                return () -> callback.failed(closeCause);
            }
            if (!logging) {
                return writePlain(callback, buffers);
            }
            if (!log.hasRoom()) {
                return park(callback, buffers, this::awaitRoom);
            }
        }
        return callback::succeeded;
    }

    private Runnable writeInterim(Callback callback, ByteBuffer[] buffers) {
        boolean upgrade = interim == InterimMode.UPGRADE;
        interim = InterimMode.NONE;
        if (!records.add(buffers)) {
            return () -> callback.failed(new IOException("interim reply above 64 KiB"));
        }
        onWritten = callback;
        enqueue(records.interim(upgrade ? LogRecord.UNPROTECTED : 0), true);
        writtenMark = queue.end();
        logging &= !upgrade;
        return writer::iterate;
    }

    private Runnable park(Callback callback, ByteBuffer[] buffers, Runnable next) {
        parked = callback;
        parkedBuffers = buffers;
        return next;
    }

    private void awaitRoom() {
        if (!log.awaitRoom(() -> dispatch(this::resume))) {
            resume();
        }
    }

    private void resume() {
        Callback callback;
        ByteBuffer[] buffers;
        synchronized (lock) {
            callback = parked;
            buffers = parkedBuffers;
            parked = null;
            parkedBuffers = null;
        }
        if (callback != null) {
            write(callback, buffers);
        }
    }

    Callback cancelWrite(Throwable cause) {
        Callback taken;
        synchronized (lock) {
            taken = parked != null ? parked : onWritten;
            if (parked != null) {
                parked = null;
                parkedBuffers = null;
            } else {
                onWritten = null;
            }
            boolean queued = queue != null && (logging || !queue.isDrained());
            if (taken != null || queued) {
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
            if (logging && !replying && endLsn == 0) {
                logEnd();
            }
        }
        writer.iterate();
    }

    private void logEnd() {
        long lsn = records.close().lsn();
        if (lsn == ReplyLog.INACTIVE) {
            goPlain();
        } else {
            endLsn = lsn;
        }
    }

    void close(Throwable cause) {
        Callback waiting;
        synchronized (lock) {
            if (closeAsked) {
                return;
            }
            endOutstream(cause);
            waiting = parked;
            parked = null;
            parkedBuffers = null;
        }
        if (waiting != null) {
            waiting.failed(cause == null ? new EofException("closed") : cause);
        }
        writer.iterate();
    }

    /** Whole replies still leave, after their acknowledgement; what is not whole never does. */
    private void endOutstream(Throwable cause) {
        closeAsked = true;
        closeCause = cause;
        if (logging && endLsn == 0) {
            queue.discardUncovered();
            logEnd();
        }
    }

    /** The socket is closed, whoever did it. */
    void onSocketClosed(Throwable cause) {
        fail(cause == null ? new EofException("closed") : cause);
    }

    private void fail(Throwable cause) {
        Callback waiting;
        Callback interimDone;
        Runnable next;
        synchronized (lock) {
            if (finished) {
                return;
            }
            finished = true;
            if (!closeAsked) {
                endOutstream(cause);
            }
            waiting = parked;
            interimDone = onWritten;
            next = paced;
            parked = null;
            onWritten = null;
            paced = null;
            if (queue != null) {
                queue.close();
            }
        }
        if (waiting != null) {
            dispatch(() -> waiting.failed(cause));
        }
        if (interimDone != null) {
            dispatch(() -> interimDone.failed(cause));
        }
        if (next != null) {
            dispatch(next);
        }
        socket.close(cause);
    }

    private void dispatch(Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            work.run(); // Jetty stops: its own thread has to do
        }
    }

    private boolean isEndFree() {
        return endLsn == 0 || released || endLsn <= log.releasedLsn();
    }

    @Override
    public String toString() {
        return "flow of " + socket.getRemoteSocketAddress();
    }

    /** Moves released bytes into the socket; {@link #iterate} may be called by any thread. */
    private final class Writer extends IteratingCallback {
        private long inFlight;

        @Override
        protected Action process() throws IOException {
            List<ByteBuffer> buffers = List.of();
            Runnable next = null;
            Runnable first = null;
            synchronized (lock) {
                if (finished) {
                    return Action.IDLE;
                }
                if (queue != null) {
                    settle();
                    buffers = queue.writable(WRITE_BYTES, WRITE_BUFFERS);
                }
                if (buffers.isEmpty()) {
                    next = whenNothingToWrite();
                } else {
                    buffers.forEach(buffer -> inFlight += buffer.remaining());
                    first = onFirstByte;
                    onFirstByte = null;
                }
            }
            if (buffers.isEmpty()) {
                if (next != null) {
                    next.run();
                }
                return Action.IDLE;
            }
            if (first != null) {
                first.run();
            }
            socket.write(this, buffers.toArray(ByteBuffer[]::new));
            return Action.SCHEDULED;
        }

        private void settle() {
            queue.written(inFlight);
            inFlight = 0;
            if (log != null && !released) {
                queue.release(log.releasedLsn());
            }
            if (onWritten != null && queue.writtenEnd() >= writtenMark) {
                Callback done = onWritten;
                onWritten = null;
                dispatch(done::succeeded);
            }
            if (queue.backlogBytes() <= BACKLOG_LIMIT_BYTES) {
                if (paced != null) {
                    dispatch(paced);
                    paced = null;
                }
                if (parked != null && piecewise) {
                    dispatch(Outbound.this::resume);
                }
            }
        }

        private Runnable whenNothingToWrite() {
            boolean open = logging && endLsn == 0;
            if (open || (queue != null && !queue.isDrained())) {
                return null;
            }
            if (parked != null) {
                return () -> dispatch(Outbound.this::resume);
            }
            if (!isEndFree()) {
                return null;
            }
            if (closeAsked) {
                finished = true;
                if (queue != null) {
                    queue.close();
                }
                return () -> socket.close(closeCause);
            }
            if (shutdownAsked && !shutdownDone) {
                shutdownDone = true;
                return socket::shutdownOutput;
            }
            return null;
        }

        @Override
        protected void onCompleteFailure(Throwable cause) {
            fail(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
