package org.coralha.pair;

import java.nio.file.Path;
import java.util.List;
import org.coralha.pair.fuzz.Corpus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the daemon may say to a module: any bytes as the body of a frame. */
public final class DaemonMessageFuzzTest {
    /** Decodes the input as the module does. */
    public static void fuzzerTestOneInput(byte[] body) {
        BodyProperties.check(body, MessageCodec::decodeFromDaemon, MessageCodec::encode);
    }

    static List<Path> inputs() {
        return Corpus.of(DaemonMessageFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
