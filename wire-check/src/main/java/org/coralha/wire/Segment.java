package org.coralha.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * One TCP segment of a capture, over IPv4, or over IPv6 perhaps behind options for hops or the
 * destination.
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
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_ADDRESSES = 8;
    private static final int ETHERNET_BYTES = 14;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int IPV6_BYTES = 40;
    private static final int PROTOCOL_TCP = 6;
    private static final int HOP_OPTIONS = 0;
    private static final int DESTINATION_OPTIONS = 60;

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

    /** Where the parts of an IP packet are, and what it says of itself. */
    private record Ip(int at, int headerBytes, int lengthBytes, int addressBytes, int protocol) {
        int addressesAt() {
            return at + (addressBytes == 4 ? IPV4_ADDRESSES : IPV6_ADDRESSES);
        }

        static Ip of(PcapFile.Frame frame) {
            byte[] b = frame.data();
            int at = ETHERNET_BYTES;
            boolean six = u16(b, 12) == ETHERTYPE_IPV6;
            int said = six ? u16(b, at + 4) : u16(b, at + 2);
            // 0: a super-packet of a sender that leaves cutting to the card.
            int lengthBytes = said == 0 ? frame.wireBytes() - at : six ? said + IPV6_BYTES : said;
            if (six) {
                return behindOptions(b, at, lengthBytes);
            }
            return new Ip(at, (b[at] & 0x0f) * 4, lengthBytes, 4, b[at + 9] & 0xff);
        }

        private static Ip behindOptions(byte[] b, int at, int lengthBytes) {
            int headerBytes = IPV6_BYTES;
            int next = b[at + 6] & 0xff;
            while ((next == HOP_OPTIONS || next == DESTINATION_OPTIONS)
                    && b.length > at + headerBytes + 1) {
                next = b[at + headerBytes] & 0xff;
                headerBytes += 8 + 8 * (b[at + headerBytes + 1] & 0xff);
            }
            return new Ip(at, headerBytes, lengthBytes, 16, next);
        }
    }

    /** Parses a frame; empty if it is no TCP over IP or its headers are not all there. */
    public static Optional<Segment> parse(PcapFile.Frame frame) {
        byte[] b = frame.data();
        if (b.length < ETHERNET_BYTES + 40
                || (u16(b, 12) != ETHERTYPE_IPV4 && u16(b, 12) != ETHERTYPE_IPV6)) {
            return Optional.empty();
        }
        Ip ip = Ip.of(frame);
        int tcp = ip.at + ip.headerBytes;
        if (b[ip.at] >> 4 != (ip.addressBytes == 4 ? 4 : 6)
                || ip.protocol != PROTOCOL_TCP
                || b.length < tcp + 20) {
            return Optional.empty();
        }
        int tcpHeader = (b[tcp + 12] >> 4 & 0x0f) * 4;
        if (b.length < tcp + tcpHeader) {
            return Optional.empty();
        }
        int payloadBytes = ip.lengthBytes - ip.headerBytes - tcpHeader;
        int source = ip.addressesAt();
        return Optional.of(
                new Segment(
                        frame.timeMicros(),
                        mac(b, MAC_BYTES),
                        address(b, source, ip.addressBytes) + ":" + u16(b, tcp),
                        address(b, source + ip.addressBytes, ip.addressBytes)
                                + ":"
                                + u16(b, tcp + 2),
                        u16(b, tcp),
                        u16(b, tcp + 2),
                        i32(b, tcp + 4),
                        i32(b, tcp + 8),
                        b[tcp + 13] & 0xff,
                        payloadBytes,
                        payload(b, tcp + tcpHeader, payloadBytes),
                        TcpOptions.parse(b, tcp + 20, tcp + tcpHeader),
                        checksum(b, ip)));
    }

    private static ByteBuffer payload(byte[] b, int at, int bytes) {
        // Behind a short packet there may be padding, behind a cut one there is nothing.
        int captured = Math.max(0, Math.min(bytes, b.length - at));
        return ByteBuffer.wrap(b, at, captured).slice().asReadOnlyBuffer();
    }

    private static long mac(byte[] b, int at) {
        return (long) u16(b, at) << 32 | Integer.toUnsignedLong(i32(b, at + 2));
    }

    private static ChecksumState checksum(byte[] b, Ip ip) {
        boolean four = ip.addressBytes == 4;
        if (four
                && InternetChecksum.fold(InternetChecksum.add(0, b, ip.at, ip.headerBytes))
                        != 0xffff) {
            return ChecksumState.WRONG;
        }
        int tcpBytes = ip.lengthBytes - ip.headerBytes;
        if (b.length < ip.at + ip.lengthBytes) {
            return ChecksumState.CUT;
        }
        long addresses = InternetChecksum.add(0, b, ip.addressesAt(), 2 * ip.addressBytes);
        long pseudo = addresses + PROTOCOL_TCP + tcpBytes;
        int tcp = ip.at + ip.headerBytes;
        if (InternetChecksum.fold(InternetChecksum.add(pseudo, b, tcp, tcpBytes)) == 0xffff) {
            return ChecksumState.VALID;
        }
        boolean offloaded = u16(b, tcp + 16) == InternetChecksum.fold(pseudo);
        return offloaded ? ChecksumState.OFFLOADED : ChecksumState.WRONG;
    }

    private static String address(byte[] b, int at, int bytes) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(b, at, at + bytes)).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(bytes + " bytes are an address", e);
        }
    }

    private static int u16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | (b[at + 1] & 0xff);
    }

    private static int i32(byte[] b, int at) {
        return u16(b, at) << 16 | u16(b, at + 2);
    }
}
