package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles the headers without helper calls for this machine and runs their C tests. */
@SameWithAnyJava
class PureHeadersTest {
    private static final String SANITIZE = "-fsanitize=undefined,address";

    @ParameterizedTest
    @ValueSource(strings = {"verdict_test", "clocks_test"})
    void rulesHold(String test, @TempDir Path directory) {
        String program = directory.resolve(test).toString();
        Command.require(
                "apt-get install gcc",
                "gcc",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wno-sign-compare",
                "-g",
                SANITIZE,
                "-Isrc/main/bpf",
                "-o",
                program,
                "src/test/bpf/" + test + ".c");
        assertEquals(new Command.Result(0, ""), Command.run(program));
    }
}
