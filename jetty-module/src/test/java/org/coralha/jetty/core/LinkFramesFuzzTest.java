package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.Allocation;
import org.coralha.pair.fuzz.Corpus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may come over the reply log: any bytes as a frame. */
public final class LinkFramesFuzzTest {
    /** A frame is decoded where it lies: nothing is allocated for its payload. */
    private static final int HEAP_LIMIT_BYTES = 16 << 10;

    private static final int EVERY_CUT_BYTES = 256;

    /** Where frames start in their array, so that an offset forgotten somewhere is noticed. */
    private static final int OFFSET = 3;

    /** Decodes the input as the frame of each type. */
    public static void fuzzerTestOneInput(byte[] frame) {
        check(frame, LinkFramesFuzzTest::hello);
        check(frame, LinkFramesFuzzTest::record);
        check(frame, LinkFramesFuzzTest::ack);
    }

    /** Decodes a frame and encodes it again. */
    @FunctionalInterface
    private interface Type {
        byte[] again(byte[] array, int offset, int length) throws ProtocolException;
    }

    private static byte[] hello(byte[] array, int offset, int length) throws ProtocolException {
        return LinkFrames.encode(LinkFrames.decodeHello(array, offset, length));
    }

    private static byte[] ack(byte[] array, int offset, int length) throws ProtocolException {
        return LinkFrames.encode(LinkFrames.decodeAck(array, offset, length));
    }

    private static byte[] record(byte[] array, int offset, int length) throws ProtocolException {
        LogRecord record = LinkFrames.decodeRecord(array, offset, length);
        assertSame(array, record.frame());
        int payload = record.length();
        byte[] again = new byte[LinkFrames.RECORD_HEAD_BYTES + payload];
        System.arraycopy(array, record.offset(), again, LinkFrames.RECORD_HEAD_BYTES, payload);
        LinkFrames.writeHead(
                again,
                record.kind(),
                record.flags(),
                record.key(),
                record.incarnation(),
                record.ordinal(),
                record.outstreamStart(),
                record.consumed(),
                payload);
        LinkFrames.stamp(again, record.reign(), record.lsn());
        return again;
    }

    private static void check(byte[] frame, Type type) {
        byte[] array = new byte[OFFSET + frame.length + 1];
        System.arraycopy(frame, 0, array, OFFSET, frame.length);
        Allocation.assertAtMost(
                HEAP_LIMIT_BYTES + 2L * frame.length,
                () -> type.again(array, OFFSET, frame.length));
        byte[] again;
        try {
            again = type.again(array, OFFSET, frame.length);
        } catch (ProtocolException e) {
            return;
        }
        assertArrayEquals(frame, again, () -> "encoded again: " + Arrays.toString(frame));
        int step = Math.max(1, frame.length / EVERY_CUT_BYTES);
        for (int length = 0; length < frame.length; length += step) {
            int cut = length;
            assertThrows(ProtocolException.class, () -> type.again(array, OFFSET, cut));
        }
        assertThrows(ProtocolException.class, () -> type.again(array, OFFSET, frame.length + 1));
    }

    static List<Path> inputs() {
        return Corpus.of(LinkFramesFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
