package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.Shell;

/** Runs a daemon that must refuse to start, in directories of its own. */
final class Rejected {
    /** Where the lab keeps what it has installed. */
    static final Path LAB = Path.of("/var/lib/coral-lab");

    private static final Path BPFFS = Path.of("/sys/fs/bpf/coral-drill");
    private static final long LIMIT_MS = 30_000;
    private static final int LINE_LIMIT = 12;

    /** Exit code of timeout(1) when it had to end the program. */
    private static final int TIMED_OUT = 124;

    private final Lab lab;
    private final Path directory;

    Rejected(Lab lab, Path directory) {
        this.lab = lab;
        this.directory = directory;
    }

    /** The lab's pair.properties with some lines changed, in a file of its own. */
    Path pairWith(String key, String value) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(LAB.resolve("pair.properties")));
        lines.removeIf(line -> line.startsWith(key + "="));
        if (value != null) {
            lines.add(key + "=" + value);
        }
        Path file = directory.resolve("pair-" + System.nanoTime() + ".properties");
        Files.write(file, lines);
        return file;
    }

    /** Starts the daemon on a host, with folders of its own, and expects it to refuse. */
    void daemon(String host, List<String> wrapper, Path pair, String... words) throws IOException {
        Path run = directory.resolve("run-" + System.nanoTime());
        Path state = directory.resolve("state");
        String before = configuration(host);
        Shell.Result result = start(host, wrapper, pair, run, state, BPFFS);
        assertRefused(result, words);
        assertEquals(before, configuration(host));
        assertFalse(holdsAnything(run), run + " is left behind");
        assertFalse(holdsAnything(BPFFS), BPFFS + " is left behind");
    }

    /** Starts the daemon of a lab's host, where it does not run, and expects it to refuse. */
    void ownDaemon(String host, Path pair, String... words) throws IOException {
        Path own = LAB.resolve(host);
        Path bpffs = Path.of("/sys/fs/bpf/coral-lab").resolve(host);
        Path run = own.resolve("run");
        String before = configuration(host);
        Shell.Result result = start(host, List.of(), pair, run, own.resolve("state"), bpffs);
        assertRefused(result, words);
        assertEquals(before, configuration(host));
    }

    /** Addresses, qdiscs and filters of a host: what a daemon configures. */
    private String configuration(String host) {
        String script =
                "ip -o address | sed 's/ *valid_lft.*//'; tc qdisc show; tc filter show dev eth0"
                        + " ingress; tc filter show dev eth0 egress";
        Shell.Result result = lab.exec(host, LIMIT_MS, List.of("sh", "-c", script));
        return result.out();
    }

    private Shell.Result start(
            String host, List<String> wrapper, Path pair, Path run, Path state, Path bpffs) {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(List.of("timeout", "25"));
        command.add(LAB.resolve("host/bin/coral-heartbeatd").toString());
        command.addAll(List.of("--pair", pair.toString(), "--run-dir", run.toString()));
        command.addAll(List.of("--state-dir", state.toString()));
        command.addAll(List.of("--bpffs", bpffs.toString()));
        return lab.exec(host, LIMIT_MS, command);
    }

    /** Not exit code 0, every word named, no stack trace, not a page of text. */
    static void assertRefused(Shell.Result result, String... words) {
        String text = result.all();
        assertAll(
                () -> assertNotEquals(0, result.exit(), text),
                () -> assertNotEquals(TIMED_OUT, result.exit(), "did not end: " + text),
                () -> assertFalse(text.contains("\tat "), "stack trace: " + text),
                () -> assertTrue(text.lines().count() <= LINE_LIMIT, text));
        for (String word : words) {
            assertTrue(text.contains(word), "no word of '" + word + "' in: " + text);
        }
    }

    /**
     * Jetty logs in its own way, with a stack trace perhaps; but it must end by itself and name the
     * thing.
     */
    static void assertRefusedByJetty(Shell.Result result, String word) {
        assertNotEquals(0, result.exit(), result.all());
        assertNotEquals(TIMED_OUT, result.exit(), "did not end by itself: " + result.all());
        assertTrue(result.all().contains(word), "no '" + word + "' in: " + result.all());
    }

    private static boolean holdsAnything(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.findAny().isPresent();
        }
    }
}
