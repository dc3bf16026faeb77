package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.pair.fuzz.Allocation;
import org.coralha.pair.fuzz.Corpus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What coralctl may be answered: any text, of which it takes only what a daemon writes. */
public final class JsonTextFuzzTest {
    private static final int HEAP_PER_BYTE = 256;
    private static final int HEAP_FIXED_BYTES = 16 << 10;
    private static final int EVERY_CUT_CHARS = 128;
    private static final int DEPTH_LIMIT = 8;

    /** Reads the input; whatever it reads is written again to the same text. */
    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Allocation.assertAtMost(
                HEAP_FIXED_BYTES + (long) HEAP_PER_BYTE * data.length, () -> read(text));
        Map<String, Object> object = read(text);
        if (object == null) {
            return;
        }
        assertTrue(JsonValues.depth(object) <= DEPTH_LIMIT, "deeper than the stack may be");
        assertEquals(text, JsonValues.write(object).toString());
        int step = Math.max(1, text.length() / EVERY_CUT_CHARS);
        for (int length = 0; length < text.length(); length += step) {
            String cut = text.substring(0, length);
            assertThrows(IllegalArgumentException.class, () -> JsonReader.object(cut), cut);
        }
    }

    /** Null for what is refused, which names the place. */
    private static Map<String, Object> read(String text) {
        try {
            return JsonReader.object(text);
        } catch (IllegalArgumentException e) {
            if (!e.getMessage().startsWith("unexpected JSON at character ")) {
                throw e;
            }
            return null;
        }
    }

    static List<Path> inputs() {
        return Corpus.of(JsonTextFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
