package org.coralha.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with the host is named in one go, and looking changes nothing. */
class HostFactsTest {
    @TempDir Path directory;

    private Path pair(String... lines) throws IOException {
        return Files.write(directory.resolve("pair.properties"), List.of(lines));
    }

    private static void assertNamed(HostFacts facts, String... words) {
        assertEquals(words.length, facts.problems().size(), facts.problems()::toString);
        for (int i = 0; i < words.length; i++) {
            assertTrue(facts.problems().get(i).contains(words[i]), facts.problems().get(i));
        }
    }

    @Test
    void everyProblemIsNamedAtOnce() throws IOException {
        Path keys = directory.resolve("none");
        Path file = Files.writeString(directory.resolve("file"), "");
        Path pair =
                pair(
                        "pair.name=facts",
                        "service.address=127.0.0.3",
                        "service.port=8080",
                        "host.a.address=198.51.100.1",
                        "host.b.address=198.51.100.2",
                        "outside.addresses=192.0.2.4",
                        "keys.dir=" + keys,
                        "jetty.user=no-such-user-here");
        HostFacts facts = HostFacts.look(pair);
        facts.lookAtDirectory("--state-dir", file.resolve("state"));
        facts.lookAtDirectory("--run-dir", file);
        assertNamed(
                facts,
                "are neither on this host",
                "jetty.user=no-such-user-here is no user of this host",
                keys + "/heartbeat.keys: no such file",
                keys + "/log.p12: no such file",
                "--state-dir " + file.resolve("state"),
                "--run-dir " + file);
    }

    @Test
    void aFileThatCannotBeReadDoesNotHideTheDirectories() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        HostFacts facts = HostFacts.look(directory.resolve("none.properties"));
        facts.lookAtDirectory("--run-dir", file.resolve("run"));
        assertNamed(facts, "none.properties", "--run-dir");
    }

    @Test
    void aDirectoryThatCanBeMadeIsNoProblemAndIsNotMade() {
        HostFacts facts = HostFacts.look(directory.resolve("none.properties"));
        facts.lookAtDirectory("--run-dir", directory.resolve("a/b"));
        assertNamed(facts, "none.properties");
        assertFalse(Files.exists(directory.resolve("a")));
    }
}
