package org.coralha.jetty.core;

import org.coralha.pair.FlowKey;

/**
 * One record of the reply log. The payload is a slice of the frame that carried it.
 *
 * @param kind what it says
 * @param flags of {@link #END}, {@link #CLOSE_AFTER}, {@link #PIECEWISE}, {@link #UNPROTECTED}
 * @param reign epoch of the primary that wrote it
 * @param lsn log sequence number, 1 for the first record of a reign
 * @param key the flow
 * @param incarnation which connection of that key, unique within the life of the pair
 * @param ordinal number of the request on its flow, from 0
 * @param outstreamStart outstream offset of the first payload byte
 * @param consumed with END: instream bytes that this and all earlier requests took
 * @param frame array with the payload
 * @param offset where the payload starts
 * @param length payload bytes
 */
public record LogRecord(
        RecordKind kind,
        int flags,
        long reign,
        long lsn,
        FlowKey key,
        long incarnation,
        long ordinal,
        long outstreamStart,
        long consumed,
        byte[] frame,
        int offset,
        int length) {
    /** Flag of REPLY: the reply is whole with this record. */
    public static final int END = 1;

    /** Flag of REPLY with END: the primary closes the outstream after this reply. */
    public static final int CLOSE_AFTER = 2;

    /** Flag of REPLY: the bytes are released one by one, so the request is never executed again. */
    public static final int PIECEWISE = 4;

    /** Flag of INTERIM: from here on the flow speaks another protocol and is not logged. */
    public static final int UNPROTECTED = 8;

    static final int KNOWN_FLAGS = END | CLOSE_AFTER | PIECEWISE | UNPROTECTED;

    /** True if the flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Outstream offset after the payload. */
    public long outstreamEnd() {
        return outstreamStart + length;
    }
}
