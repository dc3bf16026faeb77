package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Ledger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 200 connections in each phase when the primary dies: every reply is whole, nothing is reset, the
 * capture is clean, and the ledger shows each request executed as often as it may be.
 */
@LabTest
class PhasesAtFaultTest {
    @ParameterizedTest
    @CsvSource({
        "IDLE,PRIMARY_CABLE",
        "IDLE,PRIMARY_JETTY_KILL",
        "REQUEST_PARTLY_RECEIVED,PRIMARY_JETTY_KILL",
        "REQUEST_PARTLY_RECEIVED,PRIMARY_CABLE",
        "HANDLER_RUNNING,PRIMARY_CABLE",
        "HANDLER_RUNNING,PRIMARY_JETTY_KILL",
        "REPLY_LOGGED_BUT_UNSENT,PRIMARY_JETTY_KILL",
        "REPLY_LOGGED_BUT_UNSENT,PRIMARY_CABLE",
        "REPLY_PARTLY_SENT,PRIMARY_CABLE",
        "REPLY_PARTLY_SENT,PRIMARY_JETTY_KILL"
    })
    void everyConnectionGoesOn(Phase phase, Fault fault, PairInLab pair) {
        Lab lab = pair.duplex();
        String id = "phase-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, phase.isLight())) {
            phase.place(drill, pair, id);
            String survivor = drill.inject(fault);
            pair.disarm();
            Drill.Outcome outcome = drill.finish(45_000);
            System.out.println(phase + ", " + fault.title() + ": " + outcome);
            assertAll(
                    () -> assertTrue(outcome.openAtFault() >= Phase.COUNT, outcome.toString()),
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> assertEquals(phase.replies(), outcome.load().replies()),
                    () -> WireAssertions.assertJudged(outcome.wire()),
                    () -> assertExecutions(phase, lab, id, survivor));
        }
    }

    private static void assertExecutions(Phase phase, Lab lab, String id, String survivor) {
        if (phase != Phase.HANDLER_RUNNING && phase != Phase.REPLY_LOGGED_BUT_UNSENT) {
            return;
        }
        Map<String, List<Ledger.Entry>> entries = new Ledger(lab).entries(id);
        assertEquals(Phase.COUNT, entries.size());
        boolean logged = phase == Phase.REPLY_LOGGED_BUT_UNSENT;
        entries.forEach((request, lines) -> assertEntry(logged, survivor, request, lines));
    }

    private static void assertEntry(
            boolean logged, String survivor, String request, List<Ledger.Entry> lines) {
        String all = request + ": " + lines;
        assertEquals(logged ? 1 : 2, lines.size(), all);
        assertEquals(LabStatus.peer(survivor), lines.get(0).servedBy(), all);
        if (!logged) {
            assertEquals(survivor, lines.get(1).servedBy(), all);
            assertEquals(lines.get(0).transaction(), lines.get(1).transaction(), all);
        }
        assertTrue(lines.get(0).transaction().length() > 1, "no transaction id, " + all);
    }
}
