package org.coralha.drill.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * One IPv4 TCP segment of a capture.
 *
 * @param timeMicros time of the capture
 * @param sourceMac Ethernet address of the sender on this cable, as a number of 48 bits
 * @param source sender, "address:port"
 * @param destination receiver, "address:port"
 * @param destinationPort the receiver's port
 * @param sourcePort the sender's port
 * @param seq sequence number, unsigned in an int
 * @param ack acknowledgement number, unsigned in an int
 * @param flags the TCP flags byte
 * @param payloadBytes payload length on the wire
 * @param payload what the capture has of the payload, read only; shorter if it was cut
 * @param options what the checks need of the options
 * @param checksum what the checksums are worth
 */
public record Segment(
        long timeMicros,
        long sourceMac,
        String source,
        String destination,
        int sourcePort,
        int destinationPort,
        int seq,
        int ack,
        int flags,
        int payloadBytes,
        ByteBuffer payload,
        TcpOptions options,
        ChecksumState checksum) {

    /** FIN, SYN, RST, ACK as they stand in the flags byte. */
    public static final int FIN = 0x01;

    /** See {@link #FIN}. */
    public static final int SYN = 0x02;

    /** See {@link #FIN}. */
    public static final int RST = 0x04;

    /** See {@link #FIN}. */
    public static final int ACK = 0x10;

    private static final int MAC_BYTES = 6;
    private static final int ETHERNET_BYTES = 14;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int PROTOCOL_TCP = 6;

    /** What the IP and TCP checksums of a captured segment are worth. */
    public enum ChecksumState {
        /** Both are right. */
        VALID,
        /** One is wrong. */
        WRONG,
        /** The TCP checksum holds the pseudo header's sum only: left to the network card. */
        OFFLOADED,
        /** The capture cut the segment: only the IP header could be checked, and it is right. */
        CUT
    }

    /** True if this flag is set. */
    public boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** TSval, or -1 without the option. */
    public long timestamp() {
        return options.timestamp();
    }

    /** Sequence number after this segment. */
    public int end() {
        return seq + payloadBytes + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
    }

    /** Parses a frame; empty if it is no TCP over IPv4 or its headers are not all there. */
    public static Optional<Segment> parse(PcapFile.Frame frame) {
        byte[] b = frame.data();
        if (b.length < ETHERNET_BYTES + 40 || u16(b, 12) != ETHERTYPE_IPV4) {
            return Optional.empty();
        }
        int ip = ETHERNET_BYTES;
        int ipHeader = (b[ip] & 0x0f) * 4;
        int ipLength = u16(b, ip + 2);
        if (ipLength == 0) {
            // A super-packet of a sender that leaves cutting to the card.
            ipLength = frame.wireBytes() - ETHERNET_BYTES;
        }
        int tcp = ip + ipHeader;
        if (b[ip] >> 4 != 4 || (b[ip + 9] & 0xff) != PROTOCOL_TCP || b.length < tcp + 20) {
            return Optional.empty();
        }
        int tcpHeader = (b[tcp + 12] >> 4 & 0x0f) * 4;
        if (b.length < tcp + tcpHeader) {
            return Optional.empty();
        }
        int payloadBytes = ipLength - ipHeader - tcpHeader;
        return Optional.of(
                new Segment(
                        frame.timeMicros(),
                        mac(b, MAC_BYTES),
                        address(b, ip + 12) + ":" + u16(b, tcp),
                        address(b, ip + 16) + ":" + u16(b, tcp + 2),
                        u16(b, tcp),
                        u16(b, tcp + 2),
                        i32(b, tcp + 4),
                        i32(b, tcp + 8),
                        b[tcp + 13] & 0xff,
                        payloadBytes,
                        payload(b, tcp + tcpHeader, payloadBytes),
                        TcpOptions.parse(b, tcp + 20, tcp + tcpHeader),
                        checksum(b, ip, ipHeader, ipLength)));
    }

    private static ByteBuffer payload(byte[] b, int at, int bytes) {
        // Behind a short packet there may be padding, behind a cut one there is nothing.
        int captured = Math.max(0, Math.min(bytes, b.length - at));
        return ByteBuffer.wrap(b, at, captured).slice().asReadOnlyBuffer();
    }

    private static long mac(byte[] b, int at) {
        return (long) u16(b, at) << 32 | Integer.toUnsignedLong(i32(b, at + 2));
    }

    private static ChecksumState checksum(byte[] b, int ip, int ipHeader, int ipLength) {
        if (InternetChecksum.fold(InternetChecksum.add(0, b, ip, ipHeader)) != 0xffff) {
            return ChecksumState.WRONG;
        }
        int tcpBytes = ipLength - ipHeader;
        if (b.length < ip + ipLength) {
            return ChecksumState.CUT;
        }
        long pseudo = InternetChecksum.add(0, b, ip + 12, 8) + PROTOCOL_TCP + tcpBytes;
        long whole = InternetChecksum.add(pseudo, b, ip + ipHeader, tcpBytes);
        if (InternetChecksum.fold(whole) == 0xffff) {
            return ChecksumState.VALID;
        }
        boolean offloaded = u16(b, ip + ipHeader + 16) == InternetChecksum.fold(pseudo);
        return offloaded ? ChecksumState.OFFLOADED : ChecksumState.WRONG;
    }

    private static String address(byte[] b, int at) {
        return (b[at] & 0xff)
                + "."
                + (b[at + 1] & 0xff)
                + "."
                + (b[at + 2] & 0xff)
                + "."
                + (b[at + 3] & 0xff);
    }

    private static int u16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | (b[at + 1] & 0xff);
    }

    private static int i32(byte[] b, int at) {
        return u16(b, at) << 16 | u16(b, at + 2);
    }
}
