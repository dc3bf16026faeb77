package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.CallRule;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.Ledger;
import org.coralha.drill.lab.LoadProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every way of HTTP at work when a host dies: counted and chunked bodies of 100 bytes to 50 MB,
 * keep-alive, pipelined, half-closed, Connection: close, HTTP/1.0, HEAD, 304, Expect: 100-continue,
 * uploads.
 */
@LabTest
class RepliesInFlightTest {
    private static final int PLACE_LIMIT_MS = 45_000;

    @ParameterizedTest
    @EnumSource(Fault.class)
    void areWhole(Fault fault, PairInLab pair) {
        Lab lab = pair.duplex();
        String id = "flight-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, false)) {
            open(drill.load(), id);
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            CallRule calls = new CallRule(drill.primary(), drill.inject(fault));
            drill.load().awaitReplies(300, PLACE_LIMIT_MS);
            Drill.Outcome outcome = drill.finish(60_000);
            System.out.println("replies in flight, " + fault.title() + ": " + outcome);
            assertAll(
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () ->
                            assertEquals(
                                    "",
                                    calls.broken(
                                            new Ledger(lab).entries(id + "-"),
                                            outcome.load().replies(Kind.CALL))));
        }
    }

    private static void open(LoadProcess load, String id) {
        load.open(Kind.DOWNLOAD, 1, "bytes=50000000");
        load.open(Kind.DOWNLOAD, 1, "bytes=50000000", "chunks=100");
        load.open(Kind.SLOW, 4, "bytes=6000000", "rate=1000000");
        load.open(Kind.HALF_CLOSED, 4, "bytes=6000000", "rate=1000000");
        load.open(Kind.MIXED, 6, "max=5000000");
        load.open(Kind.SMALL, 10);
        load.open(Kind.PIPELINE, 8);
        load.open(Kind.CLOSE, 8);
        load.open(Kind.HTTP10, 4);
        load.open(Kind.HEAD, 4);
        load.open(Kind.NOT_MODIFIED, 4);
        load.open(Kind.EXPECT, 4);
        load.open(Kind.UPLOAD, 2, "bytes=2000000");
        load.open(Kind.UPLOAD_PART, 8, "bytes=100000");
        load.open(Kind.UPLOAD_PART, 2, "bytes=20000000");
        load.open(Kind.CALL, 8, "id=" + id);
        load.open(Kind.IDLE, 20);
    }
}
