package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import org.coralha.pair.fuzz.Allocation;

/** What holds for every body of a frame, decoded in either direction. */
final class BodyProperties {
    /** Objects of a flow take a few times its 26 bytes on the wire. */
    private static final int HEAP_PER_WIRE_BYTE = 16;

    private static final int HEAP_FIXED_BYTES = 16 << 10;

    /** Every cut is tried of bodies up to this size, of larger ones a selection. */
    private static final int EVERY_CUT_BYTES = 256;

    private BodyProperties() {}

    /** One direction of the protocol. */
    @FunctionalInterface
    interface Decoder<T> {
        T decode(ByteBuffer body) throws ProtocolException;
    }

    /** Only a {@link ProtocolException} refuses; what is decoded is exactly what was sent. */
    static <T> void check(byte[] body, Decoder<T> decoder, Function<T, ByteBuffer> encoder) {
        byte[] before = body.clone();
        Allocation.assertAtMost(
                HEAP_FIXED_BYTES + (long) HEAP_PER_WIRE_BYTE * body.length,
                () -> decoder.decode(ByteBuffer.wrap(body)));
        assertArrayEquals(before, body, "decoding changes what it reads");
        T message;
        try {
            message = decoder.decode(ByteBuffer.wrap(body));
        } catch (ProtocolException e) {
            return;
        }
        ByteBuffer frame = encoder.apply(message);
        assertEquals(body.length, frame.getInt(), "length of " + message);
        byte[] again = new byte[frame.remaining()];
        frame.get(again);
        assertArrayEquals(body, again, () -> "encoded again: " + message);
        assertCutIsRefused(body, decoder);
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        assertThrows(ProtocolException.class, () -> decoder.decode(ByteBuffer.wrap(longer)));
    }

    private static <T> void assertCutIsRefused(byte[] body, Decoder<T> decoder) {
        int step = Math.max(1, body.length / EVERY_CUT_BYTES);
        for (int length = 0; length < body.length; length += step) {
            ByteBuffer cut = ByteBuffer.wrap(body, 0, length);
            assertThrows(ProtocolException.class, () -> decoder.decode(cut), "cut at " + length);
        }
    }
}
