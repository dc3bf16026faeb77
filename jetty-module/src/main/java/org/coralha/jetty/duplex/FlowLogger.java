package org.coralha.jetty.duplex;

import java.nio.ByteBuffer;
import org.coralha.jetty.core.FrameBuilder;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.RecordKind;
import org.coralha.pair.FlowKey;

/** Writes the records of one flow. Not safe for several threads: the owner's lock is held. */
public final class FlowLogger {
    private final ReplyLog log;
    private final FlowKey key;
    private final long incarnation;
    private final ReplyLog.Holder holder;
    private final FrameBuilder builder = new FrameBuilder();
    private long outstream;
    private long ordinal;

    /**
     * @param holder told when a record that releases something is acknowledged
     */
    public FlowLogger(ReplyLog log, FlowKey key, long incarnation, ReplyLog.Holder holder) {
        this.log = log;
        this.key = key;
        this.incarnation = incarnation;
        this.holder = holder;
    }

    /** A frame that was handed to the log: its payload is what the client will get. */
    record Logged(long lsn, byte[] frame, int length) {
        int offset() {
            return LinkFrames.RECORD_HEAD_BYTES;
        }
    }

    /** Collects reply bytes; false if {@link #reply} must be called before the rest fits. */
    boolean add(ByteBuffer... buffers) {
        return builder.add(buffers);
    }

    int collected() {
        return builder.payload();
    }

    Logged open() {
        return append(RecordKind.OPEN, 0, 0);
    }

    /** Logs what was collected as a piece of the current reply. */
    Logged reply(int flags, long consumed) {
        Logged logged = append(RecordKind.REPLY, flags, consumed);
        if ((flags & LogRecord.END) != 0) {
            ordinal++;
        }
        return logged;
    }

    Logged interim(int flags) {
        return append(RecordKind.INTERIM, flags, 0);
    }

    Logged close() {
        builder.take();
        return append(RecordKind.CLOSE, 0, 0);
    }

    /** What was collected, when nothing is logged any more. */
    Logged unlogged() {
        int length = builder.payload();
        return new Logged(ReplyLog.INACTIVE, builder.take(), length);
    }

    private Logged append(RecordKind kind, int flags, long consumed) {
        int length = builder.payload();
        byte[] frame = builder.take();
        LinkFrames.writeHead(
                frame, kind, flags, key, incarnation, ordinal, outstream, consumed, length);
        outstream += length;
        // Pieces of a reply release nothing unless they are piecewise: nobody needs to be told.
        boolean releases = kind != RecordKind.REPLY || flags != 0;
        long lsn =
                log.append(frame, LinkFrames.RECORD_HEAD_BYTES + length, releases ? holder : null);
        return new Logged(lsn, frame, length);
    }
}
