package org.coralha.kernel;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An ICMP echo request and what counts as its answer. */
final class EchoMessage {
    static final int NONCE_BYTES = 16;
    private static final byte ECHO_REQUEST = 8;
    private static final byte ECHO_REPLY = 0;
    private static final int HEADER_BYTES = 8;
    private static final int IP_HEADER_BYTES = 20;
    private static final int IP_SOURCE_AT = 12;

    private final int identifier;
    private final int sequence;
    private final byte[] nonce;

    /**
     * @param identifier 16 bits
     * @param sequence 16 bits
     * @param nonce payload, {@link #NONCE_BYTES}
     */
    EchoMessage(int identifier, int sequence, byte[] nonce) {
        this.identifier = identifier;
        this.sequence = sequence;
        this.nonce = nonce.clone();
    }

    /** The request with its checksum. */
    byte[] request() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + nonce.length);
        out.put(0, ECHO_REQUEST).putShort(4, (short) identifier).putShort(6, (short) sequence);
        out.put(HEADER_BYTES, nonce);
        out.putShort(2, checksum(out.array()));
        return out.array();
    }

    /** Who sent this packet, if it is an answer to this request from one of the asked. */
    Optional<InetAddress> answeredBy(byte[] packet, List<InetAddress> asked) {
        int icmpAt = packet.length == 0 ? 0 : (packet[0] & 0xf) * 4;
        if (icmpAt < IP_HEADER_BYTES
                || packet.length < icmpAt + HEADER_BYTES + nonce.length
                || packet[icmpAt] != ECHO_REPLY) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(packet);
        int payloadAt = icmpAt + HEADER_BYTES;
        boolean mine =
                (in.getShort(icmpAt + 4) & 0xffff) == identifier
                        && (in.getShort(icmpAt + 6) & 0xffff) == sequence
                        && Arrays.equals(
                                packet,
                                payloadAt,
                                payloadAt + nonce.length,
                                nonce,
                                0,
                                nonce.length);
        byte[] from = Arrays.copyOfRange(packet, IP_SOURCE_AT, IP_SOURCE_AT + 4);
        return asked.stream()
                .filter(address -> mine && Arrays.equals(address.getAddress(), from))
                .findFirst();
    }

    /** Internet checksum of an even number of bytes. */
    private static short checksum(byte[] data) {
        int sum = 0;
        for (int i = 0; i < data.length; i += 2) {
            sum += (data[i] & 0xff) << 8 | (data[i + 1] & 0xff);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }
}
