package org.coralha.jetty.duplex;

import java.nio.file.Path;
import java.util.List;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A module's end of the reply log under any sequence of frames, and links that come and go. */
public final class PeerLinkFuzzTest {
    /** Plays the input's steps; the properties are checked after each. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        LinkPlay play = new LinkPlay();
        while (in.hasMore()) {
            play.step(in);
        }
    }

    static List<Path> inputs() {
        return Corpus.of(PeerLinkFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
