package org.coralha.jetty.core;

import java.nio.ByteBuffer;
import org.coralha.pair.FlowKey;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;

/**
 * Frames between the two modules: {@code u8 type} and a fixed layout, big endian. Pure.
 *
 * <p>Record frames are built around their payload: the sender reserves {@link #RECORD_HEAD_BYTES}
 * at the start of the array, so that a reply is copied once for the log and for the client.
 */
public final class LinkFrames {
    /** Version of this protocol; modules of different versions do not pair. */
    public static final int PROTOCOL_VERSION = 1;

    /** Bytes before the payload of a record. */
    public static final int RECORD_HEAD_BYTES = 1 + 1 + 1 + 8 * 6 + FlowKey.WIRE_BYTES + 4;

    /** Largest payload of a record, in bytes. */
    public static final int PAYLOAD_LIMIT_BYTES = 128 << 10;

    /** Type of {@link Hello}. */
    public static final int HELLO = 1;

    /** Type of {@link LogRecord}. */
    public static final int RECORD = 2;

    /** Type of {@link Ack}. */
    public static final int ACK = 3;

    private static final int MAGIC = 0x434f5241;
    private static final int DIGEST_BYTES = 32;
    private static final int HELLO_BYTES = 1 + 4 + 4 + DIGEST_BYTES + 1 + 8 + 8 + 8 + 1;
    private static final int ACK_BYTES = 1 + 8 + 8;
    private static final int REIGN_AT = 3;

    /** What is counted from 0 never gets here; what comes after it would be negative. */
    private static final long LAST = Long.MAX_VALUE;

    private LinkFrames() {}

    /**
     * Introduces a module.
     *
     * @param version {@link #PROTOCOL_VERSION}
     * @param configDigest SHA-256 of the pair configuration, 32 bytes
     * @param host which host of the pair
     * @param instance random number of the life of this module
     * @param reign reign of the last record received, 0 if none
     * @param lastLsn last record received and kept of that reign
     * @param answer true if it answers a Hello, so that it is not answered again
     */
    public record Hello(
            int version,
            byte[] configDigest,
            HostId host,
            long instance,
            long reign,
            long lastLsn,
            boolean answer) {}

    /** Every record of the reign up to the LSN is kept by the backup. */
    public record Ack(long reign, long lsn) {}

    /** The frame of a Hello. */
    public static byte[] encode(Hello hello) {
        return ByteBuffer.allocate(HELLO_BYTES)
                .put((byte) HELLO)
                .putInt(MAGIC)
                .putInt(hello.version())
                .put(hello.configDigest(), 0, DIGEST_BYTES)
                .put((byte) hello.host().ordinal())
                .putLong(hello.instance())
                .putLong(hello.reign())
                .putLong(hello.lastLsn())
                .put((byte) (hello.answer() ? 1 : 0))
                .array();
    }

    /** The frame of an acknowledgement. */
    public static byte[] encode(Ack ack) {
        return ByteBuffer.allocate(ACK_BYTES)
                .put((byte) ACK)
                .putLong(ack.reign())
                .putLong(ack.lsn())
                .array();
    }

    /**
     * Fills the head of a record frame; reign and LSN are set by {@link #stamp}.
     *
     * @param frame payload at {@link #RECORD_HEAD_BYTES}
     */
    public static void writeHead(
            byte[] frame,
            RecordKind kind,
            int flags,
            FlowKey key,
            long incarnation,
            long ordinal,
            long outstreamStart,
            long consumed,
            int length) {
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put((byte) RECORD).put((byte) kind.wireValue()).put((byte) flags);
        out.putLong(0).putLong(0).putLong(incarnation).putLong(ordinal);
        out.putLong(outstreamStart).putLong(consumed);
        key.writeTo(out);
        out.putInt(length);
    }

    /** Sets reign and LSN of a record frame. */
    public static void stamp(byte[] frame, long reign, long lsn) {
        ByteBuffer.wrap(frame).putLong(REIGN_AT, reign).putLong(REIGN_AT + Long.BYTES, lsn);
    }

    /** Type of a frame, or -1 if it is empty. */
    public static int typeOf(byte[] frame, int offset, int length) {
        return length < 1 ? -1 : frame[offset];
    }

    /**
     * Decodes a record; the payload stays in the array.
     *
     * @throws ProtocolException if a field is out of range or the frame has another length
     */
    public static LogRecord decodeRecord(byte[] frame, int offset, int length)
            throws ProtocolException {
        if (length < RECORD_HEAD_BYTES) {
            throw new ProtocolException("record of " + length + " bytes");
        }
        ByteBuffer in = body(RECORD, frame, offset, length);
        RecordKind kind = RecordKind.ofWireValue(in.get());
        int flags = in.get();
        long reign = in.getLong();
        long lsn = in.getLong();
        long incarnation = in.getLong();
        long ordinal = in.getLong();
        long start = in.getLong();
        long consumed = in.getLong();
        FlowKey key = FlowKey.readFrom(in);
        int payload = in.getInt();
        if ((flags & ~LogRecord.KNOWN_FLAGS) != 0 || lsn < 1 || ordinal < 0 || ordinal == LAST) {
            throw new ProtocolException(
                    "record flags " + flags + ", LSN " + lsn + ", ordinal " + ordinal);
        }
        if (payload > PAYLOAD_LIMIT_BYTES) {
            throw new ProtocolException(
                    "payload of " + payload + " bytes, limit " + PAYLOAD_LIMIT_BYTES);
        }
        if (start < 0 || start > LAST - payload || consumed < 0 || payload != in.remaining()) {
            throw new ProtocolException(
                    "record at " + start + " of " + payload + " bytes, has " + in.remaining());
        }
        int at = offset + RECORD_HEAD_BYTES;
        return new LogRecord(
                kind,
                flags,
                reign,
                lsn,
                key,
                incarnation,
                ordinal,
                start,
                consumed,
                frame,
                at,
                payload);
    }

    /**
     * Decodes an acknowledgement.
     *
     * @throws ProtocolException if the frame has another length
     */
    public static Ack decodeAck(byte[] frame, int offset, int length) throws ProtocolException {
        if (length != ACK_BYTES) {
            throw new ProtocolException("acknowledgement of " + length + " bytes");
        }
        ByteBuffer in = body(ACK, frame, offset, length);
        return new Ack(in.getLong(), in.getLong());
    }

    /**
     * Decodes a Hello.
     *
     * @throws ProtocolException if it is not one
     */
    public static Hello decodeHello(byte[] frame, int offset, int length) throws ProtocolException {
        if (length != HELLO_BYTES) {
            throw new ProtocolException("hello of " + length + " bytes");
        }
        ByteBuffer in = body(HELLO, frame, offset, length);
        if (in.getInt() != MAGIC) {
            throw new ProtocolException("hello without the magic number");
        }
        int version = in.getInt();
        byte[] digest = new byte[DIGEST_BYTES];
        in.get(digest);
        int host = in.get();
        if (host < 0 || host >= HostId.values().length) {
            throw new ProtocolException("hello of host " + host);
        }
        long instance = in.getLong();
        long reign = in.getLong();
        long lastLsn = in.getLong();
        int answer = in.get();
        if (reign < 0 || lastLsn < 0 || answer < 0 || answer > 1) {
            throw new ProtocolException(
                    "hello with reign " + reign + ", LSN " + lastLsn + ", answer " + answer);
        }
        return new Hello(
                version, digest, HostId.values()[host], instance, reign, lastLsn, answer == 1);
    }

    private static ByteBuffer body(int type, byte[] frame, int offset, int length)
            throws ProtocolException {
        if (frame[offset] != type) {
            throw new ProtocolException("frame of type " + frame[offset] + " in place of " + type);
        }
        return ByteBuffer.wrap(frame, offset + 1, length - 1);
    }
}
