package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** After the failover new connections are served in simplex while the old ones are still open. */
@LabTest
class SurvivorTest {
    @ParameterizedTest
    @EnumSource(Fault.class)
    void servesNewConnectionsBesideTheOldOnes(Fault fault, PairInLab pair) {
        Lab lab = pair.duplex();
        try (Drill drill = Drill.begin(lab, true)) {
            drill.load().open(Kind.IDLE, 100);
            drill.load().open(Kind.UPLOAD_PART, 20, "bytes=100000");
            drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
            String survivor = drill.injectBeforeGo(fault);
            LoadResult fresh = newConnections(lab, drill);
            assertTrue(fresh.clean() && fresh.replies() > 1000, fresh.toString());
            assertEquals("SIMPLEX", lab.status().mode());
            assertEquals(survivor, lab.status().hostWith("SIMPLEX"));
            assertEquals(120, drill.load().alive(), "old connections that still wait");
            assertTrue(drill.openConnections() >= 120, "old connections still open");
            drill.load().go();
            Drill.Outcome outcome = drill.finish(30_000);
            System.out.println("survivor, " + fault.title() + ": " + outcome);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
            assertEquals(360, outcome.load().replies());
        }
    }

    private static LoadResult newConnections(Lab lab, Drill drill) {
        try (LoadProcess load = LoadProcess.start(lab, drill.service())) {
            load.open(Kind.SMALL, 20);
            load.open(Kind.MIXED, 4);
            load.open(Kind.UPLOAD, 4, "bytes=100000");
            load.awaitPlaced(Phase.PLACE_LIMIT_MS);
            load.fault();
            load.awaitReplies(1000, 20_000);
            return load.finish(20_000);
        }
    }
}
