package org.coralha.pair;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes and decodes the messages between daemon and module: {@code u32 length, u8 type, payload},
 * big endian, where length counts type and payload. Pure; safe from any thread.
 */
public final class MessageCodec {
    /** Version of this protocol; both ends must agree. */
    public static final int PROTOCOL_VERSION = 1;

    /** Largest frame body accepted, in bytes: about 600,000 flows. */
    public static final int FRAME_LIMIT_BYTES = 16 << 20;

    /** Size of the length field, in bytes. */
    public static final int LENGTH_BYTES = 4;

    private static final int TEXT_LIMIT_BYTES = 1024;
    private static final int UTF8_MORE_MASK = 0xc0;
    private static final int UTF8_MORE = 0x80;
    private static final int DIGEST_BYTES = 32;
    private static final int FIXED_BYTES = 128 + TEXT_LIMIT_BYTES;

    private static final int HELLO = 1;
    private static final int READY = 2;
    private static final int LOG_LINK = 3;
    private static final int PULSE = 4;
    private static final int LOG_STALLED = 5;
    private static final int ROLE_TAKEN = 6;
    private static final int QUERY_FLOWS = 7;
    private static final int STOPPING = 8;
    private static final int WELCOME = 65;
    private static final int REFUSED = 66;
    private static final int TAKE_ROLE = 67;
    private static final int FLOWS = 68;

    private MessageCodec() {}

    /** One frame, ready to be written. */
    public static ByteBuffer encode(ModuleMessage message) {
        ByteBuffer out = begin(FIXED_BYTES);
        if (message instanceof ModuleMessage.Hello m) {
            out.put((byte) HELLO).putInt(m.protocolVersion()).putLong(m.processId());
            out.put(m.configDigest(), 0, DIGEST_BYTES);
            putText(out, m.moduleVersion());
        } else if (message instanceof ModuleMessage.Ready) {
            out.put((byte) READY);
        } else if (message instanceof ModuleMessage.LogLink m) {
            out.put((byte) LOG_LINK).put((byte) (m.up() ? 1 : 0));
        } else if (message instanceof ModuleMessage.Pulse m) {
            out.put((byte) PULSE).putLong(m.heldBytes()).putLong(m.oldestUnackedMs());
            out.putLong(m.logGarbage());
        } else if (message instanceof ModuleMessage.LogStalled m) {
            out.put((byte) LOG_STALLED).putLong(m.oldestUnackedMs());
        } else if (message instanceof ModuleMessage.RoleTaken m) {
            out.put((byte) ROLE_TAKEN).putLong(m.epoch()).put((byte) m.role().wireValue());
            out.putInt(m.flows()).putLong(m.firstByteMicros());
        } else if (message instanceof ModuleMessage.QueryFlows m) {
            out.put((byte) QUERY_FLOWS).putLong(m.requestId());
        } else if (message instanceof ModuleMessage.Stopping m) {
            out.put((byte) STOPPING);
            putText(out, m.reason());
        }
        return end(out);
    }

    /** One frame, ready to be written. */
    public static ByteBuffer encode(DaemonMessage message) {
        if (message instanceof DaemonMessage.TakeRole m) {
            ByteBuffer out = begin(FIXED_BYTES + m.flows().size() * FlowSnapshot.WIRE_BYTES);
            out.put((byte) TAKE_ROLE).putLong(m.epoch()).put((byte) m.role().wireValue());
            putText(out, m.reason());
            putFlows(out, m.flows());
            return end(out);
        }
        if (message instanceof DaemonMessage.Flows m) {
            ByteBuffer out = begin(FIXED_BYTES + m.flows().size() * FlowSnapshot.WIRE_BYTES);
            out.put((byte) FLOWS).putLong(m.requestId());
            putFlows(out, m.flows());
            return end(out);
        }
        ByteBuffer out = begin(FIXED_BYTES);
        if (message instanceof DaemonMessage.Welcome m) {
            out.put((byte) WELCOME).put((byte) m.self().ordinal()).putLong(m.epoch());
        } else if (message instanceof DaemonMessage.Refused m) {
            out.put((byte) REFUSED);
            putText(out, m.reason());
        }
        return end(out);
    }

    /**
     * Decodes what a module sent.
     *
     * @param body type and payload, without the length field; consumed
     * @throws ProtocolException if the type is unknown or the payload is not exactly of that type
     */
    public static ModuleMessage decodeFromModule(ByteBuffer body) throws ProtocolException {
        int type = getByte(body);
        ModuleMessage message =
                switch (type) {
                    case HELLO ->
                            new ModuleMessage.Hello(
                                    getInt(body), getLong(body), getBytes(body), getText(body));
                    case READY -> new ModuleMessage.Ready();
                    case LOG_LINK -> new ModuleMessage.LogLink(getFlag(body));
                    case PULSE ->
                            new ModuleMessage.Pulse(getLong(body), getLong(body), getLong(body));
                    case LOG_STALLED -> new ModuleMessage.LogStalled(getLong(body));
                    case ROLE_TAKEN ->
                            new ModuleMessage.RoleTaken(
                                    getLong(body),
                                    ServiceRole.ofWireValue(getByte(body)),
                                    getInt(body),
                                    getLong(body));
                    case QUERY_FLOWS -> new ModuleMessage.QueryFlows(getLong(body));
                    case STOPPING -> new ModuleMessage.Stopping(getText(body));
                    default -> throw new ProtocolException("unknown module message type " + type);
                };
        return expectEnd(body, message);
    }

    /**
     * Decodes what the daemon sent.
     *
     * @param body type and payload, without the length field; consumed
     * @throws ProtocolException if the type is unknown or the payload is not exactly of that type
     */
    public static DaemonMessage decodeFromDaemon(ByteBuffer body) throws ProtocolException {
        int type = getByte(body);
        DaemonMessage message =
                switch (type) {
                    case WELCOME -> new DaemonMessage.Welcome(getHost(body), getLong(body));
                    case REFUSED -> new DaemonMessage.Refused(getText(body));
                    case TAKE_ROLE ->
                            new DaemonMessage.TakeRole(
                                    getLong(body),
                                    ServiceRole.ofWireValue(getByte(body)),
                                    getText(body),
                                    getFlows(body));
                    case FLOWS -> new DaemonMessage.Flows(getLong(body), getFlows(body));
                    default -> throw new ProtocolException("unknown daemon message type " + type);
                };
        return expectEnd(body, message);
    }

    /**
     * Checks a length field before anything is allocated for it.
     *
     * @return the length
     * @throws ProtocolException if it is below 1 or above {@link #FRAME_LIMIT_BYTES}
     */
    public static int checkLength(int lengthBytes) throws ProtocolException {
        if (lengthBytes < 1 || lengthBytes > FRAME_LIMIT_BYTES) {
            throw new ProtocolException(
                    "frame of " + lengthBytes + " bytes, allowed are 1.." + FRAME_LIMIT_BYTES);
        }
        return lengthBytes;
    }

    private static ByteBuffer begin(int bodyBytes) {
        return ByteBuffer.allocate(LENGTH_BYTES + bodyBytes).position(LENGTH_BYTES);
    }

    private static ByteBuffer end(ByteBuffer out) {
        out.putInt(0, out.position() - LENGTH_BYTES);
        return out.flip();
    }

    /** What exceeds the limit is cut off, between two characters. */
    private static void putText(ByteBuffer out, String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(raw.length, TEXT_LIMIT_BYTES);
        while (length < raw.length && (raw[length] & UTF8_MORE_MASK) == UTF8_MORE) {
            length--;
        }
        out.putShort((short) length).put(raw, 0, length);
    }

    private static void putFlows(ByteBuffer out, List<FlowSnapshot> flows) {
        out.putInt(flows.size());
        for (FlowSnapshot flow : flows) {
            flow.key().writeTo(out);
            out.putLong(flow.clientAckedBytes());
        }
    }

    private static List<FlowSnapshot> getFlows(ByteBuffer in) throws ProtocolException {
        int count = getInt(in);
        if (count < 0 || count > in.remaining() / FlowSnapshot.WIRE_BYTES) {
            throw new ProtocolException(count + " flows in " + in.remaining() + " bytes");
        }
        List<FlowSnapshot> flows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            FlowKey key = FlowKey.readFrom(in);
            long acked = getLong(in);
            if (acked < 0) {
                throw new ProtocolException("flow " + key + " acked " + acked);
            }
            flows.add(new FlowSnapshot(key, acked));
        }
        return flows;
    }

    private static HostId getHost(ByteBuffer in) throws ProtocolException {
        int ordinal = getByte(in);
        if (ordinal >= HostId.values().length) {
            throw new ProtocolException("host " + ordinal + " is not one of 0..1");
        }
        return HostId.values()[ordinal];
    }

    private static boolean getFlag(ByteBuffer in) throws ProtocolException {
        int value = getByte(in);
        if (value > 1) {
            throw new ProtocolException("flag " + value + " is not 0 or 1");
        }
        return value == 1;
    }

    private static int getByte(ByteBuffer in) throws ProtocolException {
        need(in, 1);
        return in.get() & 0xff;
    }

    private static int getInt(ByteBuffer in) throws ProtocolException {
        need(in, Integer.BYTES);
        return in.getInt();
    }

    private static long getLong(ByteBuffer in) throws ProtocolException {
        need(in, Long.BYTES);
        return in.getLong();
    }

    private static byte[] getBytes(ByteBuffer in) throws ProtocolException {
        need(in, DIGEST_BYTES);
        byte[] raw = new byte[DIGEST_BYTES];
        in.get(raw);
        return raw;
    }

    private static String getText(ByteBuffer in) throws ProtocolException {
        need(in, Short.BYTES);
        int length = in.getShort() & 0xffff;
        if (length > TEXT_LIMIT_BYTES) {
            throw new ProtocolException("text of " + length + " bytes, limit " + TEXT_LIMIT_BYTES);
        }
        need(in, length);
        ByteBuffer raw = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(raw).toString();
        } catch (CharacterCodingException e) {
            throw new ProtocolException("text of " + length + " bytes is not UTF-8");
        }
    }

    private static void need(ByteBuffer in, int bytes) throws ProtocolException {
        if (in.remaining() < bytes) {
            throw new ProtocolException(
                    "frame ends early: " + in.remaining() + " bytes left, needs " + bytes);
        }
    }

    private static <T> T expectEnd(ByteBuffer in, T message) throws ProtocolException {
        if (in.hasRemaining()) {
            throw new ProtocolException(
                    in.remaining() + " bytes after " + message.getClass().getSimpleName());
        }
        return message;
    }
}
