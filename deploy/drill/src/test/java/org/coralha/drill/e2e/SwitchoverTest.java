package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.Ledger;
import org.junit.jupiter.api.RepeatedTest;

/**
 * An operator moves the service under load, from whichever host has it to the other: every reply is
 * whole, nothing is reset, no request is executed more than twice, and the pair is whole again
 * without anybody's help.
 */
@LabTest
class SwitchoverTest {
    private static final int LIMIT_SECONDS = 50;
    private static final int CALLS = 20;

    @RepeatedTest(5)
    void noClientNotices(PairInLab pair) {
        Lab lab = pair.duplex();
        String id = "switchover-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, false)) {
            open(drill, id);
            drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
            String wait = Integer.toString(LIMIT_SECONDS);
            drill.during(() -> lab.verb("ctl", drill.primary(), "switchover", "--wait", wait));
            lab.awaitDuplex(LIMIT_SECONDS);
            drill.load().awaitReplies(500, Phase.PLACE_LIMIT_MS);
            assertEquals("PRIMARY", lab.status().role(drill.backup()));
            Drill.Outcome outcome = drill.finish(45_000);
            System.out.println("switchover to " + drill.backup() + ": " + outcome);
            assertAll(
                    () -> assertTrue(outcome.openAtFault() >= 100, outcome.toString()),
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertExecutions(lab, id));
        }
    }

    private static void open(Drill drill, String id) {
        drill.load().open(Kind.IDLE, 40);
        drill.load().open(Kind.HEAD_PART, 10);
        drill.load().open(Kind.UPLOAD_PART, 10, "bytes=100000");
        drill.load().open(Kind.SLOW, 20, "bytes=3000000", "rate=1000000");
        drill.load().open(Kind.LEDGER, CALLS, "ms=600", "id=" + id);
        drill.load().open(Kind.SMALL, 20);
        drill.load().open(Kind.MIXED, 4);
        drill.load().open(Kind.PIPELINE, 4);
        drill.load().open(Kind.CLOSE, 4);
        drill.load().open(Kind.CALL, 6, "id=" + id + "-call");
    }

    private static void assertExecutions(Lab lab, String id) {
        Map<String, List<Ledger.Entry>> entries = new Ledger(lab).entries(id);
        assertTrue(entries.size() > CALLS, "the calls are in the ledger");
        entries.forEach((call, lines) -> assertTrue(lines.size() <= 2, call + ": " + lines));
        long twice = entries.values().stream().filter(lines -> lines.size() > 1).count();
        System.out.println(twice + " of " + entries.size() + " requests were executed twice");
    }
}
