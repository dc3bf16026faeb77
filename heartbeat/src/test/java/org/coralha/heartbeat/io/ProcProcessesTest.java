package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which processes the daemon ends, and that it can with the capabilities that its unit leaves. */
class ProcProcessesTest {
    private static final Path UNIT =
            Path.of("../deploy/dropin/src/main/systemd/coral-heartbeatd.service");
    private static final String BOUNDING_SET = "CapabilityBoundingSet=";
    private static final long NOBODY = 65534;

    private Process victim;

    @BeforeEach
    void start() throws IOException {
        victim =
                new ProcessBuilder(
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups",
                                "sleep",
                                "60")
                        .start();
        while (!new ProcProcesses(Path.of("/proc"), NOBODY).belongsToJettyUser(victim.pid())) {
            assertTrue(victim.isAlive());
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void end() {
        victim.destroyForcibly();
    }

    /** As setpriv wants it: everything off, then those of the unit on. */
    private static String boundingSet() throws IOException {
        String names =
                Files.readAllLines(UNIT).stream()
                        .filter(line -> line.startsWith(BOUNDING_SET))
                        .findFirst()
                        .orElseThrow()
                        .substring(BOUNDING_SET.length());
        return Arrays.stream(names.split(" "))
                .map(name -> "+" + name.substring("CAP_".length()).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(",", "-all,", ""));
    }

    @Test
    void daemonUnderItsUnitCanEndJettyOfAnotherUser() throws Exception {
        Process daemon =
                new ProcessBuilder(
                                List.of(
                                        "setpriv",
                                        "--inh-caps=-all",
                                        "--no-new-privs",
                                        "--bounding-set=" + boundingSet(),
                                        Path.of(System.getProperty("java.home"), "bin/java")
                                                .toString(),
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        EndProcess.class.getName(),
                                        Long.toString(victim.pid()),
                                        Long.toString(NOBODY)))
                        .redirectErrorStream(true)
                        .start();
        String output = new String(daemon.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, daemon.waitFor(), output);
        assertTrue(victim.waitFor(5, TimeUnit.SECONDS), output);
    }

    @Test
    void onlyTheVeryProcessThatWasAttachedIsEnded() throws Exception {
        ProcProcesses processes = new ProcProcesses(Path.of("/proc"), NOBODY);
        ProcessLife life = processes.life(victim.pid());
        assertTrue(processes.lives(life));
        processes.end(victim.pid(), true);
        processes.know(new ProcessLife(victim.pid(), life.startedAt() - 1));
        processes.end(victim.pid(), true);
        assertFalse(victim.waitFor(100, TimeUnit.MILLISECONDS), "never attached");
        processes.know(life);
        processes.end(victim.pid(), true);
        assertTrue(victim.waitFor(5, TimeUnit.SECONDS));
        assertFalse(processes.lives(life));
    }

    @Test
    void processOfAnotherUserIsLeftAlone() throws Exception {
        ProcProcesses processes = new ProcProcesses(Path.of("/proc"), NOBODY - 1);
        processes.know(processes.life(victim.pid()));
        processes.end(victim.pid(), true);
        assertFalse(victim.waitFor(100, TimeUnit.MILLISECONDS));
    }
}
