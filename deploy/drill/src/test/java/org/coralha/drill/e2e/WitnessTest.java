package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Speakers;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pair with a witness, under load, when the path between the two hosts fails and nothing else:
 * one of them goes on, and the other says nothing more in the service's name, judged at the switch.
 */
@LabTest
@Order(Integer.MAX_VALUE - 1)
class WitnessTest {
    private static final int DECISION_LIMIT_MS = 10_000;
    private static final int PARTED_MS = 1500;
    private static final int DUPLEX_LIMIT_SECONDS = 180;

    private static LabOptions options() {
        return PairInLab.options().pair("witness.address", "10.77.2.60");
    }

    private static void open(Drill drill) {
        drill.load().open(Kind.IDLE, 50);
        drill.load().open(Kind.SMALL, 10);
        drill.load().open(Kind.MIXED, 4);
        drill.load().open(Kind.DOWNLOAD, 4);
        drill.load().open(Kind.UPLOAD, 4, "bytes=2000000");
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
    }

    /** Both directions, or only from the primary to the backup. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPartitionLeavesOneSender(boolean oneWay, PairInLab pair) {
        Lab lab = pair.duplex(options());
        String primary = lab.status().hostWith("PRIMARY");
        String backup = LabStatus.peer(primary);
        try (Drill drill = Drill.begin(lab, false);
                Speakers speakers = Speakers.start(lab, drill.service())) {
            open(drill);
            drill.load().fault();
            part(lab, primary, backup, oneWay);
            drill.load().go();
            String survivor = awaitSurvivor(lab);
            sleep(PARTED_MS);
            drill.load().awaitReplies(300, 30_000);
            assertEquals("FENCED", lab.status().role(LabStatus.peer(survivor)));
            Drill.Outcome outcome = drill.finish(60_000);
            Speakers.Report said = speakers.stop();
            System.out.println("partition, one way " + oneWay + ": " + outcome);
            System.out.println("at the switch: " + said.gap(primary, survivor));
            assertAll(
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertEquals(0, said.lost(), "packets that the captures lost"),
                    () -> assertOneSender(said, primary, survivor));
        } finally {
            lab.verb("join", primary, backup);
        }
        lab.restore(DUPLEX_LIMIT_SECONDS);
    }

    private static void part(Lab lab, String from, String to, boolean oneWay) {
        if (oneWay) {
            lab.verb("part", from, to, "one-way");
        } else {
            lab.verb("part", from, to);
        }
    }

    private static void assertOneSender(Speakers.Report said, String primary, String survivor) {
        if (primary.equals(survivor)) {
            String backup = LabStatus.peer(primary);
            assertEquals(0, said.of(backup).packets().size(), "packets of the backup");
            return;
        }
        long firstMicros = said.of(survivor).packets().get(0);
        assertEquals(0, said.of(primary).packetsAfter(firstMicros), "packets beside the successor");
    }

    private static String awaitSurvivor(Lab lab) {
        long endNs = System.nanoTime() + DECISION_LIMIT_MS * 1_000_000L;
        LabStatus status = lab.status();
        while (!status.mode().equals("SIMPLEX")) {
            assertTrue(System.nanoTime() < endNs, "nobody goes on: " + status);
            sleep(20);
            status = lab.status();
        }
        return status.hostWith("SIMPLEX");
    }

    @Test
    void aLostWitnessStopsNothing(PairInLab pair) {
        Lab lab = pair.duplex(options());
        try (Drill drill = Drill.begin(lab, false)) {
            open(drill);
            drill.load().fault();
            lab.verb("kill", "witness");
            drill.load().go();
            drill.load().awaitReplies(300, 30_000);
            assertEquals("DUPLEX", lab.status().mode());
            lab.verb("start", "witness");
            Drill.Outcome outcome = drill.finish(60_000);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
        }
        assertEquals("DUPLEX", lab.status().mode());
    }

    private static void sleep(int ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
