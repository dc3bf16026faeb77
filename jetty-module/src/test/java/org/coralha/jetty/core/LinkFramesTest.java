package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Random;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.junit.jupiter.api.Test;

class LinkFramesTest {
    @Test
    void recordComesBack() {
        LogRecord record =
                new Records(9)
                        .next(
                                RecordKind.REPLY,
                                LogRecord.END | LogRecord.PIECEWISE,
                                Records.KEY,
                                5L << 32,
                                3,
                                1L << 40,
                                77,
                                new byte[] {1, 2, 3});
        assertEquals(RecordKind.REPLY, record.kind());
        assertEquals(9, record.reign());
        assertEquals(1, record.lsn());
        assertEquals(Records.KEY, record.key());
        assertEquals(5L << 32, record.incarnation());
        assertEquals(3, record.ordinal());
        assertEquals((1L << 40) + 3, record.outstreamEnd());
        assertEquals(77, record.consumed());
        assertEquals(2, record.frame()[record.offset() + 1]);
    }

    @Test
    void helloAndAcknowledgementComeBack() throws ProtocolException {
        byte[] ack = LinkFrames.encode(new LinkFrames.Ack(4, 5));
        assertEquals(new LinkFrames.Ack(4, 5), LinkFrames.decodeAck(ack, 0, ack.length));
        byte[] hello =
                LinkFrames.encode(new LinkFrames.Hello(1, new byte[32], HostId.B, 8, 3, 99, true));
        LinkFrames.Hello decoded = LinkFrames.decodeHello(hello, 0, hello.length);
        assertEquals(HostId.B, decoded.host());
        assertEquals(99, decoded.lastLsn());
    }

    @Test
    void garbageIsRefusedAndNeverAnythingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = new byte[random.nextInt(120)];
            random.nextBytes(frame);
            refused(() -> LinkFrames.decodeRecord(frame, 0, frame.length));
            refused(() -> LinkFrames.decodeHello(frame, 0, frame.length));
        }
    }

    @Test
    void lengthsThatLieAreRefused() {
        LogRecord record = new Records(1).open(Records.KEY, 1);
        byte[] frame = record.frame();
        ByteBuffer.wrap(frame).putInt(LinkFrames.RECORD_HEAD_BYTES - 4, 1 << 30);
        assertThrows(
                ProtocolException.class, () -> LinkFrames.decodeRecord(frame, 0, frame.length));
    }

    @Test
    void aPayloadAboveTheLimitIsRefused() throws ProtocolException {
        for (int above : new int[] {0, 1}) {
            int payload = LinkFrames.PAYLOAD_LIMIT_BYTES + above;
            byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + payload];
            LinkFrames.writeHead(frame, RecordKind.REPLY, 0, Records.KEY, 1, 0, 0, 0, payload);
            LinkFrames.stamp(frame, 1, 1);
            if (above == 0) {
                LinkFrames.decodeRecord(frame, 0, frame.length);
            } else {
                assertThrows(
                        ProtocolException.class,
                        () -> LinkFrames.decodeRecord(frame, 0, frame.length));
            }
        }
    }

    private interface Decoding {
        void run() throws ProtocolException;
    }

    private static void refused(Decoding decoding) {
        try {
            decoding.run();
        } catch (ProtocolException e) {
            // The only way garbage may end; random bytes that happen to decode are fine too.
        }
    }
}
