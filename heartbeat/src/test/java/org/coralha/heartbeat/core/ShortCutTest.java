package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.pair.HostId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host loses its network without a sign and gets it back before it could know: whoever the other
 * host was without it, the host that was away must not decide by a silence that was its own.
 */
class ShortCutTest {
    @ParameterizedTest
    @EnumSource(HostId.class)
    void onlyOneHostServesAloneHoweverLongTheCut(HostId victim) {
        int failovers = 0;
        for (int cutMs = 1; cutMs < 420; cutMs++) {
            for (int phaseMs = 0; phaseMs < 25; phaseMs += 3) {
                failovers += cut(victim, cutMs, phaseMs);
            }
        }
        assertTrue(failovers > 1000, "cuts that were long enough: " + failovers);
    }

    private static int cut(HostId victim, int cutMs, int phaseMs) {
        SimPair pair = new SimPair(cutMs).duplex();
        pair.jitterNs = SimPair.MS;
        pair.run(phaseMs);
        int before = pair.log.size();
        SimHost away = pair.hosts.get(victim);
        away.pullCable(false);
        pair.run(cutMs);
        away.cable = true;
        away.outside = true;
        pair.linkChanged();
        pair.run(400);
        List<String> alone =
                pair.log.subList(before, pair.log.size()).stream()
                        .filter(line -> line.contains("-> SIMPLEX"))
                        .toList();
        assertTrue(alone.size() <= 1, () -> "cut of " + cutMs + " ms: " + pair);
        if (!alone.isEmpty()) {
            assertNotEquals(
                    victim.key(),
                    alone.get(0).contains(" A ") ? "a" : "b",
                    () -> "cut of " + cutMs + " ms: " + pair);
            assertEquals(HostRole.FENCED, away.role(), () -> "cut of " + cutMs + " ms: " + pair);
        }
        return alone.size();
    }
}
