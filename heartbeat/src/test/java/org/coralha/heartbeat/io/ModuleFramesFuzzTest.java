package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes at module.sock: any byte stream in any pieces. */
public final class ModuleFramesFuzzTest {
    /** First two bytes: size of the pieces. The rest is what comes. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        int pieceBytes = 1 + (in.octet() << 8 | in.octet()) % (3 * ModuleFrames.FRAME_LIMIT_BYTES);
        byte[] sent = in.rest();
        Heard heard = hear(sent, pieceBytes);
        Heard atOnce = hear(sent, Integer.MAX_VALUE);
        assertEquals(atOnce.refusal, heard.refusal, "pieces change nothing");
        assertArrayEquals(atOnce.bytes, heard.bytes, "pieces change nothing");
        byte[] taken = Arrays.copyOf(sent, heard.bytes.length);
        assertArrayEquals(taken, heard.bytes, "messages are the bytes that were sent");
        if (heard.refusal.isEmpty()) {
            assertOpen(sent, heard.bytes.length);
        }
    }

    /** What is left lying is the beginning of one frame that may still become a message. */
    private static void assertOpen(byte[] sent, int at) {
        int left = sent.length - at;
        if (left >= MessageCodec.LENGTH_BYTES) {
            int length = ByteBuffer.wrap(sent).getInt(at);
            assertTrue(length >= 1 && length <= ModuleFrames.FRAME_LIMIT_BYTES, "frame " + length);
            assertTrue(left < MessageCodec.LENGTH_BYTES + length, "a whole frame is left lying");
        }
    }

    /** All messages encoded again, and why the next one was refused. */
    private record Heard(byte[] bytes, String refusal) {}

    private static Heard hear(byte[] sent, int pieceBytes) {
        ModuleFrames frames = new ModuleFrames();
        List<ModuleMessage> messages = new ArrayList<>();
        String refusal = "";
        try {
            int at = 0;
            while (at < sent.length) {
                ByteBuffer space = frames.space();
                assertTrue(space.hasRemaining(), "a full buffer would be read for ever");
                int length = Math.min(Math.min(pieceBytes, sent.length - at), space.remaining());
                space.put(sent, at, length);
                at += length;
                frames.take(messages);
            }
        } catch (ProtocolException e) {
            refusal = e.getMessage();
        }
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        for (ModuleMessage message : messages) {
            ByteBuffer frame = MessageCodec.encode(message);
            again.write(frame.array(), 0, frame.remaining());
        }
        return new Heard(again.toByteArray(), refusal);
    }

    static List<Path> inputs() {
        return Corpus.of(ModuleFramesFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
