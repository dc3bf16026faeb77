package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.junit.jupiter.api.Test;

/**
 * Strict acknowledgement with Jetty at both ends: the backup's Jetty stands still again and again
 * during big uploads, then the primary's cable is pulled. Each upload must end at the backup with
 * the digest of what the client sent. That the same fails without the mechanism is shown where it
 * can be switched off, in {@code StrictUploadTest}.
 */
@LabTest
class HeldUpUploadTest {
    private static final int UPLOADS = 2;
    private static final String BYTES = "bytes=200000000";
    private static final int STOPS = 3;
    private static final int STOP_MS = 800;

    /** Jetty's limit is a second: beyond it the stop is a crash, and another test's matter. */
    private static final int STRETCHED_MS = 950;

    private static final int FINISH_LIMIT_MS = 120_000;

    @Test
    void uploadsEndWholeAtTheBackupThatStoodStill(PairInLab pair) {
        Lab lab = pair.duplex();
        try (Drill drill = Drill.begin(lab, false)) {
            drill.load().open(Kind.UPLOAD, UPLOADS, BYTES);
            for (int stop = 0; stop < STOPS; stop++) {
                int stoodMs = lab.freeze(drill.backup(), "jetty", STOP_MS);
                assumeTrue(stoodMs < STRETCHED_MS, "the machine made " + stoodMs + " ms of it");
            }
            assertEquals(0, drill.load().replies(), "an upload was over before the fault");
            assertTrue(counter(lab, drill.primary(), "plane.window_capped") > 0, "held up");
            String survivor = drill.inject(Fault.PRIMARY_CABLE);
            Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
            System.out.println("held up: " + outcome);
            assertAll(
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertEquals(UPLOADS, outcome.load().replies(Kind.UPLOAD)),
                    () -> assertEquals(survivor, lab.status().hostWith("SIMPLEX")));
        }
    }

    private static long counter(Lab lab, String host, String name) {
        return lab.coralctl(host).get("counters").get(name).numberOr(0);
    }
}
