package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Times in milliseconds; a probe is due every 12, heartbeats come every 25. */
class OutsideTest {
    private final Outside outside = new Outside(SimPair.TIMING);

    private static long ns(long ms) {
        return ms * SimPair.MS;
    }

    private void probe(long atMs) {
        assertTrue(outside.probe(0, ns(atMs)).isPresent());
    }

    private void answered(long sentMs, long atMs) {
        outside.answered(ns(sentMs), ns(atMs));
    }

    @Test
    void aNetworkThatAnswersFromTheFirstProbeOnIsThere() {
        probe(1000);
        assertFalse(outside.reachable(ns(1001)));
        answered(1000, 1001);
        assertTrue(outside.reachable(ns(1001)));
        assertFalse(outside.reachable(ns(1039)), "an answer of long ago");
    }

    @Test
    void aNetworkThatComesBackIsThereOnceThePeerWouldHaveBeenHeard() {
        for (int ms = 1000; ms <= 1036; ms += 12) {
            probe(ms);
        }
        answered(1036, 1037);
        assertFalse(outside.reachable(ns(1037)));
        probe(1060);
        answered(1060, 1061);
        assertFalse(outside.reachable(ns(1085)));
        assertTrue(outside.reachable(ns(1086)));
    }

    @Test
    void aNetworkThatWasAwayInBetweenCountsFromItsReturn() {
        probe(1000);
        answered(1000, 1001);
        probe(1050);
        answered(1050, 1051);
        assertFalse(outside.reachable(ns(1052)));
        probe(1080);
        answered(1080, 1081);
        assertTrue(outside.reachable(ns(1100)));
    }

    @Test
    void anAnswerThatTookLongProvesOnlyItsArrival() {
        probe(1000);
        answered(1000, 1026);
        assertFalse(outside.reachable(ns(1027)));
        answered(1000, 1025);
        assertTrue(outside.reachable(ns(1027)), "it overtook the other");
    }

    @Test
    void anAnswerToAnEarlierSuspicionProvesNothing() {
        probe(1000);
        outside.calm();
        probe(1020);
        answered(1000, 1021);
        assertFalse(outside.reachable(ns(1055)));
    }

    @Test
    void aNetworkThatIsTriedSeldomIsTriedOftenOnceItAnswers() {
        long slowNs = SimPair.TIMING.slowProbeEveryNs();
        boolean reachable = false;
        for (int ms = 0; ms < 1000 && !reachable; ms++) {
            long nowNs = ns(ms);
            // The first probe is lost, the others are answered at once.
            if (outside.probe(slowNs, nowNs).isPresent() && ms > 0) {
                outside.answered(nowNs, nowNs);
            }
            reachable = outside.reachable(nowNs);
        }
        assertTrue(reachable);
    }
}
