package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.coralha.kernel.jna.RawSocket;

/** An ICMP echo request and what counts as its answer. */
final class EchoMessage {
    static final int NONCE_BYTES = 16;
    private static final int HEADER_BYTES = 8;

    private final boolean six;
    private final int identifier;
    private final int sequence;
    private final byte[] nonce;

    /**
     * @param six of ICMPv6
     * @param identifier 16 bits
     * @param sequence 16 bits
     * @param nonce payload, {@link #NONCE_BYTES}
     */
    EchoMessage(boolean six, int identifier, int sequence, byte[] nonce) {
        this.six = six;
        this.identifier = identifier;
        this.sequence = sequence;
        this.nonce = nonce.clone();
    }

    /** The request with its checksum; the kernel puts in that of ICMPv6. */
    byte[] request() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + nonce.length);
        out.put(0, (byte) (six ? 128 : 8));
        out.putShort(4, (short) identifier).putShort(6, (short) sequence);
        out.put(HEADER_BYTES, nonce);
        out.putShort(2, InternetChecksum.of(out, 0, out.capacity(), 0));
        return out.array();
    }

    /** True if this is an answer to the request, from that address. */
    boolean isAnsweredBy(RawSocket.Message message, byte[] asked) {
        byte[] icmp = message.content();
        if (icmp.length < HEADER_BYTES + nonce.length
                || icmp[0] != (byte) (six ? 129 : 0)
                || !Arrays.equals(message.source(), asked)) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(icmp);
        return (in.getShort(4) & 0xffff) == identifier
                && (in.getShort(6) & 0xffff) == sequence
                && Arrays.equals(
                        icmp, HEADER_BYTES, HEADER_BYTES + nonce.length, nonce, 0, nonce.length);
    }
}
