package org.coralha.pair;

import java.nio.file.Path;
import java.util.List;
import org.coralha.pair.fuzz.Corpus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a module may say to the daemon: any bytes as the body of a frame. */
public final class ModuleMessageFuzzTest {
    /** Decodes the input as the daemon does. */
    public static void fuzzerTestOneInput(byte[] body) {
        BodyProperties.check(body, MessageCodec::decodeFromModule, MessageCodec::encode);
    }

    static List<Path> inputs() {
        return Corpus.of(ModuleMessageFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
