package org.coralha.jetty.core;

import java.net.InetAddress;
import org.coralha.jetty.port.SpoolFiles;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ProtocolException;

/** Builds records as the primary does. */
final class Records {
    static final FlowKey KEY = new FlowKey(InetAddress.getLoopbackAddress(), 1234);
    static final SpoolFiles NO_SPOOL =
            () -> {
                throw new java.io.IOException("no spool in this test");
            };

    private final long reign;
    private long lsn;

    Records(long reign) {
        this.reign = reign;
    }

    LogRecord next(
            RecordKind kind,
            int flags,
            FlowKey key,
            long incarnation,
            long ordinal,
            long start,
            long consumed,
            byte[] payload) {
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + payload.length];
        System.arraycopy(payload, 0, frame, LinkFrames.RECORD_HEAD_BYTES, payload.length);
        LinkFrames.writeHead(
                frame, kind, flags, key, incarnation, ordinal, start, consumed, payload.length);
        LinkFrames.stamp(frame, reign, ++lsn);
        try {
            return LinkFrames.decodeRecord(frame, 0, frame.length);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    LogRecord open(FlowKey key, long incarnation) {
        return next(RecordKind.OPEN, 0, key, incarnation, 0, 0, 0, new byte[0]);
    }
}
