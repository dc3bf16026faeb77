package org.coralha.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.coralha.pair.FlowKey;
import org.coralha.wire.Segment.ChecksumState;
import org.junit.jupiter.api.Test;

/** Segments over IPv6; those over IPv4 are in WireCheckTest. */
class SegmentTest {
    private static final int TCP_AT = 54;

    private static byte[] frame(int payloadBytes) {
        ByteBuffer out = ByteBuffer.allocate(TCP_AT + 20 + payloadBytes);
        out.put(11, (byte) 7).putShort(12, (short) 0x86dd).putInt(14, 0x6000_0000);
        out.putShort(18, (short) (20 + payloadBytes)).put(20, (byte) 6).put(21, (byte) 64);
        out.putInt(22, 0xfd770002).putInt(34, 0x100).putInt(38, 0xfd770001).putInt(50, 0x10);
        out.putShort(TCP_AT, (short) 8080).putShort(TCP_AT + 2, (short) 40_000);
        out.putInt(TCP_AT + 4, 1234).putInt(TCP_AT + 8, 99);
        out.put(TCP_AT + 12, (byte) 0x50).put(TCP_AT + 13, (byte) Segment.ACK);
        long sum = pseudo(out.array());
        sum = InternetChecksum.add(sum, out.array(), TCP_AT, 20 + payloadBytes);
        out.putShort(TCP_AT + 16, (short) ~InternetChecksum.fold(sum));
        return out.array();
    }

    private static long pseudo(byte[] frame) {
        return InternetChecksum.add(0, frame, 22, 32) + 6 + frame.length - TCP_AT;
    }

    private static Optional<Segment> parse(byte[] frame, int wireBytes) {
        return Segment.parse(new PcapFile.Frame(5, wireBytes, frame));
    }

    private static ChecksumState checksum(byte[] frame) {
        return parse(frame, frame.length).orElseThrow().checksum();
    }

    @Test
    void isReadWhole() {
        byte[] frame = frame(11);
        Segment segment = parse(frame, frame.length).orElseThrow();
        assertEquals("fd77:2:0:0:0:0:0:100:8080", segment.source());
        assertEquals("fd77:1:0:0:0:0:0:10:40000", segment.destination());
        assertEquals(1234, segment.seq());
        assertEquals(99, segment.ack());
        assertEquals(Segment.ACK, segment.flags());
        assertEquals(11, segment.payloadBytes());
        assertEquals(ChecksumState.VALID, segment.checksum());
    }

    /** The journals of the reply log name clients so. */
    @Test
    void clientsAreNamedAsFlowsAre() throws IOException {
        FlowKey key = new FlowKey(InetAddress.getByName("fd77:1::10"), 40_000);
        byte[] frame = frame(11);
        assertEquals(key.toString(), parse(frame, frame.length).orElseThrow().destination());
    }

    /** Options for hops, then 16 bytes of them for the destination. */
    @Test
    void segmentBehindOptionsIsRead() {
        byte[] plain = frame(11);
        ByteBuffer out = ByteBuffer.allocate(plain.length + 24);
        out.put(plain, 0, TCP_AT).put(new byte[] {60, 0, 1, 4, 0, 0, 0, 0});
        out.put(new byte[] {6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        out.put(plain, TCP_AT, plain.length - TCP_AT);
        out.putShort(18, (short) (plain.length - TCP_AT + 24)).put(20, (byte) 0);
        Segment segment = parse(out.array(), out.capacity()).orElseThrow();
        assertEquals(parse(plain, plain.length).orElseThrow(), segment);
        for (int bytes = TCP_AT; bytes < TCP_AT + 24 + 20; bytes++) {
            assertTrue(parse(Arrays.copyOf(out.array(), bytes), out.capacity()).isEmpty());
        }
    }

    @Test
    void checksumCoversAddressesHeaderAndPayload() {
        for (int at : new int[] {22, 53, TCP_AT + 4, TCP_AT + 20, TCP_AT + 30}) {
            byte[] frame = frame(11);
            frame[at] ^= 4;
            assertEquals(ChecksumState.WRONG, checksum(frame), "byte " + at);
        }
        byte[] left = frame(11);
        ByteBuffer.wrap(left).putShort(TCP_AT + 16, (short) InternetChecksum.fold(pseudo(left)));
        assertEquals(ChecksumState.OFFLOADED, checksum(left));
        byte[] cut = Arrays.copyOf(frame(11), TCP_AT + 20);
        assertEquals(ChecksumState.CUT, checksum(cut));
    }

    @Test
    void otherPacketsAreNone() {
        byte[] icmp = frame(11);
        icmp[20] = 58;
        assertTrue(parse(icmp, icmp.length).isEmpty());
        byte[] short6 = Arrays.copyOf(frame(0), TCP_AT + 10);
        assertTrue(parse(short6, 80).isEmpty());
    }
}
