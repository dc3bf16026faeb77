package org.coralha.pair;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One client TCP connection of the service, named by the client's address and port.
 *
 * <p>On the wire 18 bytes: the address as IPv6 (IPv4 mapped), then the port, big endian.
 *
 * @param client the client's address
 * @param port the client's TCP port, 1 to 65535
 */
public record FlowKey(InetAddress client, int port) {
    /** Encoded size in bytes. */
    public static final int WIRE_BYTES = 18;

    private static final int ADDRESS_BYTES = 16;
    private static final byte[] V4_MAPPED = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff
    };

    /** Refuses ports outside 1 to 65535. */
    public FlowKey {
        if (client == null || port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("flow " + client + " port " + port);
        }
    }

    /** The flow of an accepted socket's remote address. */
    public static FlowKey of(InetSocketAddress remote) {
        return new FlowKey(remote.getAddress(), remote.getPort());
    }

    /** Appends the 18 bytes. */
    public void writeTo(ByteBuffer out) {
        byte[] raw = client.getAddress();
        if (raw.length == 4) {
            out.put(V4_MAPPED);
        }
        out.put(raw).putShort((short) port);
    }

    /**
     * Reads 18 bytes.
     *
     * @throws ProtocolException if fewer are there or the port is 0
     */
    public static FlowKey readFrom(ByteBuffer in) throws ProtocolException {
        if (in.remaining() < WIRE_BYTES) {
            throw new ProtocolException(
                    "flow key of " + in.remaining() + " bytes, needs " + WIRE_BYTES);
        }
        byte[] raw = new byte[ADDRESS_BYTES];
        in.get(raw);
        int port = in.getShort() & 0xffff;
        if (port == 0) {
            throw new ProtocolException("flow key with client port 0");
        }
        try {
            // A mapped IPv4 address comes back as an Inet4Address, so keys compare equal.
            return new FlowKey(InetAddress.getByAddress(raw), port);
        } catch (UnknownHostException e) {
            throw new ProtocolException("flow key address " + Arrays.toString(raw));
        }
    }

    @Override
    public String toString() {
        return client.getHostAddress() + ":" + port;
    }
}
