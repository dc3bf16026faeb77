package org.coralha.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SentBytesTest {
    private final SentBytes bytes = new SentBytes();

    private static ByteBuffer stream(long from, int count) {
        ByteBuffer part = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            part.put(i, (byte) ((from + i) * 31 >> 3));
        }
        return part;
    }

    private boolean add(long from, int count) {
        return bytes.contradicts(from, stream(from, count));
    }

    @Test
    void piecesAcrossBlocksAgreeHoweverTheyAreCut() {
        assertFalse(add(5000, 10_000));
        assertFalse(add(4000, 1500));
        assertFalse(add(20_000, 3000));
        assertFalse(add(3000, 22_000));
    }

    @Test
    void oneOtherByteIsSeenWhereverItLies() {
        assertFalse(add(0, 10_000));
        for (int at : new int[] {0, 4095, 4096, 8191, 9999}) {
            ByteBuffer again = stream(0, 10_000);
            again.put(at, (byte) (again.get(at) ^ 1));
            assertTrue(bytes.contradicts(0, again), "byte " + at);
        }
        assertFalse(add(0, 10_000));
    }

    @Test
    void whatWasBeforeStaysTheMeasure() {
        assertFalse(add(100, 10));
        assertTrue(bytes.contradicts(100, stream(900, 10)));
        assertTrue(bytes.contradicts(100, stream(900, 10)));
    }

    @Test
    void whatLiesFarBehindIsForgotten() {
        int piece = 1 << 20;
        for (long at = 0; at <= 2 * SentBytes.KEPT_BYTES; at += piece) {
            assertFalse(add(at, piece));
        }
        assertFalse(bytes.contradicts(0, stream(7, 100)));
        assertTrue(bytes.contradicts(2 * SentBytes.KEPT_BYTES, stream(7, 100)));
    }
}
