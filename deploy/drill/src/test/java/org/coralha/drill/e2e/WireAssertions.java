package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.coralha.drill.lab.Capture;
import org.coralha.drill.lab.Captures;
import org.coralha.drill.lab.SwitchCapture;
import org.coralha.wire.WireReport;
import org.coralha.wire.WireRule;

/** A capture without a violation says something only if it holds what there was to be judged. */
final class WireAssertions {
    private WireAssertions() {}

    /**
     * Nothing left a host before the other one had acknowledged it. For drills whose packets are
     * not to be judged by other rules, because they are tampered with.
     */
    static void assertLogged(SwitchCapture capture) {
        Capture.settle();
        capture.stop();
        WireReport report = capture.check(Set.of(), Set.of());
        System.out.println("at the switch: " + report.logged() + " held against the reply log");
        assertEquals(0, report.count(WireRule.LOGGED_BEFORE_SENT), report.toString());
        assertTrue(report.logged() > 0, report.toString());
    }

    /** No rule was broken by what the switch saw, and replies were held against the reply log. */
    static void assertJudged(SwitchCapture capture, Set<Integer> closingPorts) {
        Capture.settle();
        assertEquals(0, capture.stop(), "packets that the capture lost");
        WireReport report = capture.check(closingPorts, Set.of());
        assertTrue(report.clean() && report.logged() > 0, report.toString());
    }

    /**
     * As {@link #assertJudged(SwitchCapture, Set)}, for clients that do not tell on which
     * connections the service had announced the end: a FIN of the service is no violation.
     */
    static void assertJudgedButForEnds(SwitchCapture capture) {
        Capture.settle();
        assertEquals(0, capture.stop(), "packets that the capture lost");
        WireReport report = capture.check(Set.of(), Set.of());
        System.out.println("at the switch: " + report.logged() + " held against the reply log");
        long ends = report.count(WireRule.FIN_ONLY_IF_CAUSED);
        assertEquals(ends, report.violations(), report.toString());
        assertTrue(report.logged() > 0, report.toString());
    }

    /** As {@link #assertCaptured}, and replies were held against the reply log. */
    static void assertJudged(Captures.Report wire) {
        assertCaptured(wire);
        assertTrue(wire.atSwitch().logged() > 0, "nothing held against the log: " + wire);
    }

    /**
     * No rule was broken, nothing was lost, every checksum was there to be checked. For drills
     * whose hosts keep no journal of the reply log at this machine's clock.
     */
    static void assertCaptured(Captures.Report wire) {
        assertAll(
                () -> assertTrue(wire.clean(), wire.toString()),
                () -> assertEquals(0, wire.lost(), "packets that the captures lost"),
                () -> assertEquals(0, wire.control().unchecked(), wire.toString()),
                () -> assertEquals(0, wire.data().unchecked(), wire.toString()),
                () -> assertTrue(wire.control().serviceSegments() > 0, wire.toString()),
                () -> assertTrue(wire.data().serviceSegments() > 0, wire.toString()),
                () -> assertTrue(wire.atSwitch().serviceSegments() > 0, wire.toString()));
    }
}
