package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Speakers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes that are stopped and not dead, under load. A host that was deposed so, and wakes up,
 * says nothing more in the service's name: judged at the switch.
 */
@LabTest
class StoppedHostTest {
    private static final int SIMPLEX_LIMIT_MS = 15_000;
    private static final int FENCE_LIMIT_MS = 10_000;
    private static final int DUPLEX_LIMIT_SECONDS = 180;
    private static final int ASLEEP_MS = 1500;
    private static final int AWAKE_MS = 1000;
    private static final int SLACK_MS = 15;

    /** Who stops; Jetty's limit is 1 s. */
    enum Stop {
        PRIMARY_JETTY("PRIMARY", "jetty"),
        PRIMARY_DAEMON("PRIMARY", "heartbeat"),
        PRIMARY_HOST("PRIMARY", "host"),
        BACKUP_JETTY("BACKUP", "jetty"),
        BACKUP_DAEMON("BACKUP", "heartbeat"),
        BACKUP_HOST("BACKUP", "host");

        private final String role;
        private final String what;

        Stop(String role, String what) {
            this.role = role;
            this.what = what;
        }
    }

    private static void open(Drill drill) {
        drill.load().open(Kind.IDLE, 50);
        drill.load().open(Kind.SMALL, 10);
        drill.load().open(Kind.MIXED, 4);
        drill.load().open(Kind.DOWNLOAD, 4);
        drill.load().open(Kind.UPLOAD, 4, "bytes=2000000");
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
    }

    @ParameterizedTest
    @EnumSource(Stop.class)
    void anotherHostGoesOnAndTheSleeperSaysNothingMore(Stop stop, PairInLab pair) {
        Lab lab = pair.duplex();
        try (Drill drill = Drill.begin(lab, false);
                Speakers speakers = Speakers.start(lab, drill.service())) {
            String victim = lab.status().hostWith(stop.role);
            String survivor = LabStatus.peer(victim);
            open(drill);
            drill.load().fault();
            lab.kill(victim, stop.what, "STOP");
            drill.load().go();
            sleep(ASLEEP_MS);
            lab.awaitSimplex(survivor, SIMPLEX_LIMIT_MS);
            drill.load().awaitReplies(300, 30_000);
            long wokenMicros = System.currentTimeMillis() * 1000;
            // What was killed in its sleep does not wake.
            lab.tryVerb(5000, List.of("kill", victim, stop.what, "CONT"));
            awaitFenced(lab, victim);
            sleep(AWAKE_MS);
            Drill.Outcome outcome = drill.finish(60_000);
            Speakers.Report said = speakers.stop();
            System.out.println("stopped, " + stop + ": " + outcome);
            System.out.println("at the switch: " + said.gap(victim, survivor));
            System.out.println("counters: " + LabDaemon.status(victim).get("counters"));
            assertAll(
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertEquals(0, said.lost(), "packets that the captures lost"),
                    () -> assertSilent(said, victim, survivor, wokenMicros, stop),
                    () -> assertEquals(survivor, lab.status().hostWith("SIMPLEX")));
        }
        lab.restore(DUPLEX_LIMIT_SECONDS);
    }

    private static void assertSilent(
            Speakers.Report said, String victim, String survivor, long wokenMicros, Stop stop) {
        assertEquals(0, said.of(victim).packetsAfter(wokenMicros), "packets after it woke");
        assertEquals(0, said.of(victim).claimsAfter(wokenMicros), "claims after it woke");
        if (stop.role.equals("BACKUP")) {
            assertEquals(0, said.of(victim).packets().size(), "packets of a backup");
            return;
        }
        long firstMicros = said.of(survivor).packets().get(0);
        assertEquals(
                0,
                said.of(victim).packetsAfter(firstMicros),
                "packets of the old primary after the first one of the new");
    }

    private static void awaitFenced(Lab lab, String host) {
        long endNs = System.nanoTime() + FENCE_LIMIT_MS * 1_000_000L;
        while (!lab.status().role(host).equals("FENCED")) {
            assertTrue(System.nanoTime() < endNs, () -> host + " is not fenced: " + lab.status());
            sleep(50);
        }
        while (lab.tryVerb(5000, List.of("kill", host, "jetty", "0")).exit() == 0) {
            assertTrue(System.nanoTime() < endNs, () -> "the Jetty of " + host + " lives on");
            sleep(50);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PRIMARY, jetty, 600",
        "BACKUP,  jetty, 600",
        "PRIMARY, heartbeat, 20",
        "BACKUP,  heartbeat, 20",
        "PRIMARY, host, 20"
    })
    void stopShorterThanTheLimitCostsNothing(String role, String what, int ms, PairInLab pair) {
        Lab lab = pair.duplex();
        try (Drill drill = Drill.begin(lab, false)) {
            LabStatus before = lab.status();
            String victim = before.hostWith(role);
            open(drill);
            drill.load().fault();
            for (int i = 0; i < 3; i++) {
                int stoodMs = lab.freeze(victim, what, ms);
                assumeTrue(stoodMs < ms + SLACK_MS, "the machine made " + stoodMs + " ms of it");
                drill.load().awaitReplies(50, 20_000);
            }
            drill.load().go();
            LabStatus after = lab.status();
            Drill.Outcome outcome = drill.finish(60_000);
            System.out.println("stopped for " + ms + " ms, " + role + " " + what + ": " + outcome);
            System.out.println("counters: " + LabDaemon.status(drill.primary()).get("counters"));
            assertAll(
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertEquals("DUPLEX", after.mode()),
                    () -> assertEquals(before.epoch("a"), after.epoch("a"), after.toString()),
                    () -> assertEquals(drill.primary(), after.hostWith("PRIMARY")));
        }
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
