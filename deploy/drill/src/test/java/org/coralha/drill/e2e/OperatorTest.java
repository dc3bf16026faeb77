package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A paused pair, hosts that are taken out, and a host that may not join: under load. */
@LabTest
@Order(Integer.MAX_VALUE - 1)
class OperatorTest {
    private static final long SIMPLEX_LIMIT_MS = 10_000;
    private static final int PAUSED_MS = 1_500;

    private interface Step {
        void run(Drill drill, Lab lab) throws InterruptedException;
    }

    private static void underLoad(PairInLab pair, Step step) throws InterruptedException {
        Lab lab = pair.duplex();
        try (Drill drill = Drill.begin(lab, false)) {
            drill.load().open(Kind.IDLE, 30);
            drill.load().open(Kind.HEAD_PART, 10);
            drill.load().open(Kind.SLOW, 10, "bytes=2000000", "rate=1000000");
            drill.load().open(Kind.SMALL, 20);
            drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
            step.run(drill, lab);
            drill.load().awaitReplies(200, Phase.PLACE_LIMIT_MS);
            Drill.Outcome outcome = drill.finish(45_000);
            System.out.println(outcome);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
        }
    }

    private static String ctl(Lab lab, String host, String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "ctl";
        all[1] = host;
        System.arraycopy(words, 0, all, 2, words.length);
        return lab.verb(all);
    }

    /** Other programs read the document of the lab's contract. */
    private static void assertToldAlike(Lab lab) {
        Json document = lab.statusDocument();
        LabStatus status = lab.status();
        assertEquals(document.get("mode").text(), status.mode());
        assertEquals(document.get("service").text(), status.service());
        for (String host : List.of("a", "b")) {
            String role = document.get("hosts").get(host).get("role").text();
            assertEquals(role, status.role(host), host);
        }
    }

    @Test
    void aPrimaryThatDiesWhilePausedIsReplacedAfterIt(PairInLab pair) throws InterruptedException {
        underLoad(
                pair,
                (drill, lab) -> {
                    assertTrue(ctl(lab, drill.primary(), "pause").contains("on both hosts"));
                    drill.during(() -> lab.kill(drill.primary(), "heartbeat", "KILL"));
                    Thread.sleep(PAUSED_MS);
                    assertEquals("BACKUP", lab.status().role(drill.backup()));
                    assertToldAlike(lab);
                    ctl(lab, drill.backup(), "resume");
                    lab.awaitSimplex(drill.backup(), SIMPLEX_LIMIT_MS);
                });
    }

    @Test
    void aJettyThatCrashesWhilePausedIsReplacedAtOnce(PairInLab pair) throws InterruptedException {
        underLoad(
                pair,
                (drill, lab) -> {
                    ctl(lab, drill.backup(), "pause", "--for", "600");
                    drill.during(() -> lab.kill(drill.primary(), "jetty", "KILL"));
                    lab.awaitSimplex(drill.backup(), SIMPLEX_LIMIT_MS);
                    ctl(lab, drill.backup(), "resume");
                });
    }

    @Test
    void thePrimaryIsTakenOut(PairInLab pair) throws InterruptedException {
        underLoad(
                pair,
                (drill, lab) -> {
                    drill.during(() -> ctl(lab, drill.primary(), "stop", "--wait", "50"));
                    assertEquals("SIMPLEX", lab.status().role(drill.backup()));
                    assertEquals("DOWN", lab.status().role(drill.primary()));
                    assertToldAlike(lab);
                });
    }

    @Test
    void theBackupIsTakenOut(PairInLab pair) throws InterruptedException {
        underLoad(
                pair,
                (drill, lab) -> {
                    drill.during(() -> ctl(lab, drill.backup(), "stop"));
                    assertEquals("SIMPLEX", lab.status().role(drill.primary()));
                    assertEquals("DOWN", lab.status().role(drill.backup()));
                    List<String> last = List.of("ctl", drill.primary(), "stop");
                    Shell.Result refused = lab.tryVerb(20_000, last);
                    assertNotEquals(0, refused.exit(), refused.all());
                    assertTrue(refused.all().contains("--force"), refused.all());
                });
    }

    @Test
    @FamilyShare.SameForBoth
    void hostsThatNegotiateDifferentlyDoNotPair(PairInLab pair) {
        pair.spoiled();
        Lab lab = pair.lab();
        lab.down();
        LabException refusal =
                assertThrows(
                        LabException.class,
                        () -> lab.up(PairInLab.options().sysctl("a", "net.ipv4.tcp_sack", "0")));
        String all = refusal.getMessage();
        assertTrue(all.contains("net.ipv4.tcp_sack is "), all);
        assertTrue(all.contains(" here and "), all);
    }
}
