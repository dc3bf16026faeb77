package org.coralha.drill.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles the wire and its C tests for this machine, and runs the tests. */
class WireProgramTest {
    private static final Path SOURCES = Path.of("..", "lab", "wire").toAbsolutePath().normalize();

    @Test
    void itsPartsWithoutSystemCallsDoAsTheySay(@TempDir Path directory) {
        String program = directory.resolve("wire_test").toString();
        run(
                "clang",
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-g",
                "-fsanitize=undefined",
                "-fsanitize-trap=all",
                "-o",
                program,
                SOURCES.resolve("test/wire_test.c").toString());
        run(program);
    }

    @Test
    void compiles(@TempDir Path directory) {
        run("sh", SOURCES.resolve("build.sh").toString(), directory.resolve("wire").toString());
    }

    private static void run(String... command) {
        Shell.Result result = new Shell(SOURCES).run(60_000, List.of(command));
        assertEquals(0, result.exit(), result.all());
    }
}
