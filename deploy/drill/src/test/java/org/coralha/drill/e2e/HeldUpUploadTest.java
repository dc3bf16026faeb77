package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.LoadResult;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Large uploads on their way while the backup's Jetty stands still, several times, for longer than
 * its receive buffer lasts; then the primary is cut off. No byte that a client believes delivered
 * may be missing at the backup.
 */
@LabTest
@Order(Integer.MAX_VALUE)
class HeldUpUploadTest {
    private static final int UPLOADS = 2;
    private static final int SMALL = 24;

    /** Of the others alone, one time in thirty none is among the sample that is captured whole. */
    private static final int IDLE = 40;

    private static final long UPLOAD_BYTES = 200_000_000;
    private static final long BYTES_PER_SECOND = 16_000_000;
    private static final int STOPS = 3;

    private static final int STOP_MS = 800;

    /**
     * The usual second leaves next to nothing: a pulse may be 150 ms old when the stop begins, and
     * the next one waits until the selectors have come round.
     */
    private static final String PULSE_LIMIT_MS = "2000";

    private static final int FINISH_MS = 60_000;

    /** Longer than the pauses of a failover: who has not gone on by then does not. */
    private static final int HANGING_MS = 5_000;

    /** What the stack holds of an upload lasts for a tenth of a second, not for a stop. */
    private static LabOptions options() {
        LabOptions options = PairInLab.options().pair("jetty.pulse.limit.ms", PULSE_LIMIT_MS);
        for (String host : new String[] {"a", "b"}) {
            options = options.sysctl(host, "net.ipv4.tcp_rmem", "4096 131072 4000000");
        }
        return options;
    }

    @Test
    void uploadsThatTheBackupHeldUpCompleteThere(PairInLab pair) {
        Lab lab = pair.duplex(options());
        try (Drill drill = Drill.begin(lab, false)) {
            holdUp(drill);
            Json counters = LabDaemon.status(drill.primary()).get("counters");
            String survivor = drill.inject(Fault.PRIMARY_CABLE);
            Drill.Outcome outcome = drill.finish(FINISH_MS);
            System.out.println("held-up uploads: " + outcome + "\ncounters: " + counters);
            assertAll(
                    () -> assertEquals(drill.backup(), survivor),
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> assertEquals(UPLOADS, uploadsDone(outcome.load()), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertTrue(counters.get("plane.window_capped").number() > 0),
                    () -> assertTrue(counters.get("plane.ack_paid").number() > 0));
        }
    }

    /** The proof that the test above tests something. */
    @Test
    @FamilyShare.SameForBoth
    void withoutStrictAcknowledgementTheyAreLost(PairInLab pair) {
        Lab lab = pair.duplex(options().pair("acknowledgement", "off"));
        pair.spoiled();
        try (Drill drill = Drill.begin(lab, false)) {
            holdUp(drill);
            Json counters = LabDaemon.status(drill.primary()).get("counters");
            drill.inject(Fault.PRIMARY_CABLE);
            Lab.pause(HANGING_MS);
            List<Long> acknowledged = drill.acknowledgedBytes().subList(0, UPLOADS);
            Lab.pause(HANGING_MS);
            assertEquals(acknowledged, drill.acknowledgedBytes().subList(0, UPLOADS));
            LoadResult result = drill.load().finish(1000);
            System.out.println("not strict: " + result + "\ncounters: " + counters);
            assertEquals(0, counters.get("plane.guard_begun").number());
            assertEquals(0, uploadsDone(result), "uploads that had all of their bytes");
        }
    }

    /** Between two stops the pair is seen to work, and the uploads outlast all of them. */
    private static void holdUp(Drill drill) {
        drill.load().open(Kind.SMALL, SMALL);
        drill.load().open(Kind.IDLE, IDLE);
        String[] upload = {"bytes=" + UPLOAD_BYTES, "rate=" + BYTES_PER_SECOND};
        drill.load().open(Kind.FLOWING, UPLOADS, upload);
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
        for (int stop = 0; stop < STOPS; stop++) {
            drill.lab().freeze(drill.backup(), "jetty", STOP_MS);
            drill.load().awaitReplies(50, Phase.PLACE_LIMIT_MS);
        }
        assertEquals(SMALL + IDLE + UPLOADS, drill.load().alive(), "an upload was over too early");
    }

    /** Each upload follows one small request; its SHA-256 is compared by the client. */
    private static long uploadsDone(LoadResult result) {
        return result.replies(Kind.FLOWING) - UPLOADS;
    }
}
