package org.coralha.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Addresses as the maps have them: 16 bytes, an IPv4 address as ::ffff:a.b.c.d. */
final class MappedAddress {
    static final int BYTES = 16;
    static final int IPV4_BYTES = 4;
    private static final int IPV4_AT = 12;
    private static final byte[] PREFIX = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private MappedAddress() {}

    /**
     * @param raw 4 or 16 bytes
     */
    static byte[] of(byte[] raw) {
        return raw.length == BYTES
                ? raw.clone()
                : ByteBuffer.allocate(BYTES).put(PREFIX).put(raw, 0, IPV4_BYTES).array();
    }

    /** The 4 or 16 bytes that a packet has. */
    static byte[] onTheWire(byte[] mapped) {
        return Arrays.equals(mapped, 0, IPV4_AT, PREFIX, 0, IPV4_AT)
                ? Arrays.copyOfRange(mapped, IPV4_AT, BYTES)
                : mapped.clone();
    }

    /** A mapped one comes back as an IPv4 address. */
    static InetAddress read(ByteBuffer in, int at) {
        byte[] raw = new byte[BYTES];
        in.get(at, raw);
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
