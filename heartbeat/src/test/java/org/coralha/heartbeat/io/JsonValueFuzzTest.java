package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the daemon means to answer is read as it was meant, and is one line. */
public final class JsonValueFuzzTest {
    /** Makes an object of the input, writes it and reads it again. */
    public static void fuzzerTestOneInput(byte[] data) {
        Map<String, Object> said = JsonValues.object(new FuzzInput(data));
        String text = JsonValues.write(said).toString();
        assertFalse(text.contains("\n"), text);
        Map<String, Object> heard = JsonReader.object(text);
        assertEquals(said, heard);
        assertEquals(new ArrayList<>(said.keySet()), new ArrayList<>(heard.keySet()));
    }

    static List<Path> inputs() {
        return Corpus.of(JsonValueFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
