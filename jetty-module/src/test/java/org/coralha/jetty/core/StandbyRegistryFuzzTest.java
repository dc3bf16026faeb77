package org.coralha.jetty.core;

import java.nio.file.Path;
import java.util.List;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The backup's standby flows under any sequence of records, sockets, trims, seals and rejoins. */
public final class StandbyRegistryFuzzTest {
    /** Plays the input's steps; the properties are checked after each. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        RegistryPlay play = new RegistryPlay();
        while (in.hasMore()) {
            play.step(in);
        }
        play.end();
    }

    static List<Path> inputs() {
        return Corpus.of(StandbyRegistryFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
