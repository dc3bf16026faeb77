package org.coralha.jetty.duplex;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.LogRecord;

/**
 * The queued outstream of one flow: which bytes are logged, which of them may leave, and whether
 * the outstream has ended. Guarded by the lock of its owner.
 */
public final class HeldReplies {
    private final HoldQueue queue;
    private final ReplyLog log; // null: inherited from a promotion, nothing is logged
    private final FlowLogger records;
    private final long replyLimitBytes;
    private boolean logging; // what is written goes into records
    private boolean released; // nothing waits for acknowledgements any more
    private long openLsn; // OPEN record not yet acknowledged, else 0
    private long endLsn; // record after which the outstream is closed, else 0
    private long replyBytes;
    private boolean replying;
    private boolean piecewise;
    private IOException failure;

    /** What became of bytes to write. */
    public enum Outcome {
        /** All of them are in records. */
        LOGGED,
        /** The log's window is full: offer the rest again later. */
        NO_ROOM,
        /** Nothing is logged any more: write the rest plainly. */
        PLAIN
    }

    private HeldReplies(HoldQueue queue, ReplyLog log, FlowLogger records, long replyLimitBytes) {
        this.queue = queue;
        this.log = log;
        this.records = records;
        this.replyLimitBytes = replyLimitBytes;
        this.logging = log != null;
        this.released = log == null;
    }

    /** Logged bytes of a promoted flow, all of which may leave. */
    public static HeldReplies inherited(HoldQueue queue) {
        return new HeldReplies(queue, null, null, 0);
    }

    /**
     * Opens the log of a flow.
     *
     * @return null if nothing is logged any more
     */
    public static HeldReplies open(
            HoldQueue queue, ReplyLog log, FlowLogger records, long replyLimitBytes) {
        HeldReplies held = new HeldReplies(queue, log, records, replyLimitBytes);
        held.openLsn = records.open().lsn();
        return held.openLsn == ReplyLog.INACTIVE ? null : held;
    }

    /** True once: when the OPEN record is acknowledged. */
    public boolean takeOpened(long releasedLsn) {
        boolean opened = openLsn > 0 && releasedLsn >= openLsn;
        openLsn = opened ? 0 : openLsn;
        return opened;
    }

    /** Lets everything go and stops logging. */
    public void release() {
        openLsn = 0;
        if (!released) {
            released = true;
            if (logging) {
                logging = false;
                append(records.unlogged());
            }
            queue.releaseAll();
        }
    }

    /** A reply begins. */
    public void beginReply() {
        replying = true;
    }

    /**
     * The reply is whole.
     *
     * @param consumed instream bytes up to the end of its request
     * @param ends true if the outstream is closed after it
     */
    public void endReply(long consumed, boolean ends) {
        replying = false;
        if (isOpenEnded()) {
            piece(LogRecord.END | (ends ? LogRecord.CLOSE_AFTER : 0), consumed);
            replyBytes = 0;
            piecewise = false;
        }
    }

    private void piece(int flags, long consumed) {
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
            release();
        } else if (covers) {
            queue.cover(logged.lsn());
        }
    }

    private void append(FlowLogger.Logged logged) {
        try {
            queue.append(logged.frame(), logged.offset(), logged.length());
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Takes bytes of a reply as far as the window allows. */
    public Outcome write(ByteBuffer[] buffers) {
        if (!log.hasRoom()) {
            return Outcome.NO_ROOM;
        }
        while (!records.add(buffers)) {
            piece(0, 0);
            if (!logging) {
                return Outcome.PLAIN;
            }
            if (!log.hasRoom()) {
                return Outcome.NO_ROOM;
            }
        }
        return Outcome.LOGGED;
    }

    /**
     * Logs an interim reply.
     *
     * @param upgrade true if nothing is logged after it
     * @return false if it is too long
     */
    public boolean writeInterim(ByteBuffer[] buffers, boolean upgrade) {
        if (!records.add(buffers)) {
            return false;
        }
        enqueue(records.interim(upgrade ? LogRecord.UNPROTECTED : 0), true);
        logging &= !upgrade;
        return true;
    }

    /** The flow speaks another protocol from now on. */
    public void unprotect() {
        if (isOpenEnded()) {
            enqueue(records.interim(LogRecord.UNPROTECTED), true);
            logging = false;
        }
    }

    /** Ends the outstream after the last whole reply. */
    public void end() {
        if (isOpenEnded()) {
            queue.discardUncovered();
            long lsn = records.close().lsn();
            if (lsn == ReplyLog.INACTIVE) {
                release();
            } else {
                endLsn = lsn;
            }
        }
    }

    /** True between the beginning of a reply and its end. */
    public boolean isReplying() {
        return replying;
    }

    /** True while replies are logged and more may come. */
    public boolean isOpenEnded() {
        return logging && endLsn == 0;
    }

    /** True while what is written goes into records. */
    public boolean isLogging() {
        return logging;
    }

    /** True while bytes wait for the peer. */
    public boolean isProtected() {
        return log != null && !released;
    }

    /** True if the outstream has ended. */
    public boolean isEnded() {
        return endLsn != 0;
    }

    /** True if the end of the outstream, if there is one, may be shown to the client. */
    public boolean isEndFree() {
        return endLsn == 0 || released || endLsn <= log.releasedLsn();
    }

    /** True while bytes or the end wait for an acknowledgement. */
    public boolean isHolding() {
        return isProtected() && (queue.isHolding() || !isEndFree());
    }

    /** True while a reply is released piece by piece. */
    public boolean isPiecewise() {
        return piecewise;
    }

    /** The log, null for what was inherited. */
    public ReplyLog log() {
        return log;
    }

    /** Why the flow cannot go on, or null. */
    public IOException failure() {
        return failure;
    }

    /** That many bytes are in the socket now; takes the acknowledgements that came. */
    public void settle(long written) {
        queue.written(written);
        if (!released) {
            queue.release(log.releasedLsn());
        }
    }

    /** Bytes that may be written now, in order. */
    public List<ByteBuffer> writable(int limitBytes, int limitBuffers) throws IOException {
        return queue.writable(limitBytes, limitBuffers);
    }

    /** True if everything appended is in the socket. */
    public boolean isDrained() {
        return queue.isDrained();
    }

    /** Bytes that are not in the socket yet. */
    public long backlogBytes() {
        return queue.backlogBytes();
    }

    /** Outstream offset after the last byte. */
    public long outstreamEnd() {
        return queue.end();
    }

    /** Outstream offset up to which bytes are in the socket. */
    public long writtenEnd() {
        return queue.writtenEnd();
    }

    /** Drops everything. */
    public void close() {
        queue.close();
    }
}
