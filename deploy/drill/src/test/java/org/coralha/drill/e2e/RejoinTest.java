package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * After a rejoin three kinds of connections live side by side: promoted ones from before the
 * failover, plain ones that the survivor accepted alone, replicated ones of the new pair. And the
 * pair can lose either host again.
 */
@LabTest
class RejoinTest {
    private static final int PROMOTED = 20;
    private static final int DOWNLOADS = 4;
    private static final int PLAIN = 20;
    private static final int OLD = PROMOTED + DOWNLOADS + PLAIN;
    private static final int YOUNG = 30;
    private static final int FINISH_LIMIT_MS = 60_000;

    /**
     * Clients of the old connections and those of the young ones, in a pair that is whole again.
     */
    private record Side(Drill drill, LoadProcess young, String survivor) implements AutoCloseable {
        @Override
        public void close() {
            young.close();
            drill.close();
        }
    }

    private static Side rejoined(PairInLab pair, Fault fault) {
        Lab lab = pair.duplex();
        Drill drill = Drill.begin(lab, true);
        drill.load().open(Kind.IDLE, PROMOTED);
        drill.load().open(Kind.SLOW, DOWNLOADS, "bytes=2500000", "rate=200000");
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
        String survivor = drill.injectBeforeGo(fault);
        drill.load().open(Kind.IDLE, PLAIN);
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
        lab.restore(180);
        drill.rejoined();
        assertEquals(survivor, drill.primary());
        LoadProcess young = LoadProcess.start(lab, drill.service());
        young.open(Kind.IDLE, YOUNG);
        young.awaitPlaced(Phase.PLACE_LIMIT_MS);
        assertEquals(OLD, drill.load().alive());
        return new Side(drill, young, survivor);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"PRIMARY_CABLE", "PRIMARY_JETTY_KILL", "BACKUP_JETTY_KILL"})
    void oldConnectionsEndAfterTheirNextReplyAndYoungOnesStay(Fault fault, PairInLab pair) {
        try (Side side = rejoined(pair, fault)) {
            side.drill().load().letServerEnd();
            side.drill().load().go();
            side.young().go();
            LoadResult young = side.young().finish(FINISH_LIMIT_MS);
            Drill.Outcome old = side.drill().finish(FINISH_LIMIT_MS);
            System.out.println("rejoin, " + fault.title() + ": " + old + "\nyoung: " + young);
            assertTrue(old.load().clean(), old.toString());
            assertTrue(young.clean(), young.toString());
            WireAssertions.assertJudged(old.wire());
            assertEquals(OLD, old.load().ended(), "old connections that were ended");
            assertEquals(0, young.ended(), "young connections that were ended");
            assertEquals("DUPLEX", pair.lab().status().mode());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"BACKUP_CABLE", "BACKUP_JETTY_KILL"})
    void losingTheNewcomerCostsNoConnection(Fault second, PairInLab pair) {
        try (Side side = rejoined(pair, Fault.PRIMARY_CABLE)) {
            String alone = side.drill().inject(second);
            assertEquals(side.survivor(), alone);
            side.young().go();
            LoadResult young = side.young().finish(FINISH_LIMIT_MS);
            Drill.Outcome old = side.drill().finish(FINISH_LIMIT_MS);
            System.out.println("rejoin, " + second.title() + ": " + old + "\nyoung: " + young);
            assertTrue(old.load().clean(), old.toString());
            assertTrue(young.clean(), young.toString());
            WireAssertions.assertJudged(old.wire());
            assertEquals(0, old.load().ended() + young.ended(), "nobody needs to move");
        }
    }

    /** Connections from before the rejoin that have had no reply since are the survivor's alone. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"PRIMARY_CABLE", "PRIMARY_JETTY_KILL"})
    void losingTheSurvivorCostsOnlyConnectionsThatAreOlderThanThePair(
            Fault second, PairInLab pair) {
        try (Side side = rejoined(pair, Fault.PRIMARY_JETTY_KILL)) {
            String alone = side.drill().inject(second);
            assertEquals(LabStatus.peer(side.survivor()), alone);
            side.young().go();
            LoadResult young = side.young().finish(FINISH_LIMIT_MS);
            LoadResult old = side.drill().load().finish(FINISH_LIMIT_MS);
            Drill.Outcome outcome =
                    side.drill().finish(FINISH_LIMIT_MS, young.closingPorts(), old.ports());
            System.out.println("rejoin, " + second.title() + ": " + outcome + "\nyoung: " + young);
            assertTrue(young.clean(), young.toString());
            assertEquals(3 * YOUNG, young.replies());
            WireAssertions.assertJudged(outcome.wire());
            assertEquals(0, old.corrupted(), old.toString());
            assertEquals(OLD, old.reset() + old.failed(), "told that they are lost: " + old);
        }
    }
}
