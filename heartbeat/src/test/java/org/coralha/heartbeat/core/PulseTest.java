package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;

/** When a Jetty that does not pulse counts as crashed. */
class PulseTest {
    private static final long JETTY = 50;
    private static final long LIMIT_NS = RoleTableTest.timing().pulseLimitNs();
    private static final long TICK_NS = RoleTableTest.timing().tickNs();

    private final RoleCore core =
            new RoleCore(HostId.A, HostId.A, RoleTableTest.timing(), 10, 7, 0);
    private long nowNs;
    private Decision last;

    private void ready() {
        core.onJettyAttached(JETTY, nowNs);
        core.onJettyReady(nowNs);
    }

    /** Ticks until Jetty is given up; the nanoseconds that it took, of at most so many. */
    private long givenUpAfter(long waitedPerTickNs, long atMostNs) {
        for (long passed = TICK_NS; passed <= atMostNs; passed += TICK_NS) {
            nowNs += TICK_NS;
            core.onProcessorWait(JETTY, waitedPerTickNs, nowNs);
            last = core.onTick(nowNs);
            if (last.role() == HostRole.FENCED) {
                return passed;
            }
        }
        return -1;
    }

    @Test
    void aSilentJettyIsGivenUpAfterTheLimit() {
        ready();
        assertEquals(LIMIT_NS + TICK_NS, givenUpAfter(0, 2 * LIMIT_NS));
        assertEquals("Jetty does not pulse", last.reason());
    }

    @Test
    void timeWithoutAProcessorIsNotJettys() {
        ready();
        assertEquals(2 * LIMIT_NS + TICK_NS, givenUpAfter(TICK_NS / 2, 3 * LIMIT_NS), "half of it");
        assertTrue(last.reason().contains("for a processor"), last.reason());
    }

    @Test
    void aJettyThatAlwaysWaitsIsGivenUpAllTheSame() {
        ready();
        long expectedNs = (1 + JettyState.WAIT_LIMITS) * LIMIT_NS + TICK_NS;
        assertEquals(expectedNs, givenUpAfter(TICK_NS, 2 * expectedNs));
    }

    @Test
    void aWaitBeforeThePulseExcusesNothingAfterIt() {
        ready();
        assertEquals(-1, givenUpAfter(TICK_NS, LIMIT_NS));
        core.onPulse(nowNs);
        assertEquals(LIMIT_NS + TICK_NS, givenUpAfter(0, 2 * LIMIT_NS));
    }

    @Test
    void theWaitOfAnotherProcessExcusesNothing() {
        ready();
        core.onProcessorWait(JETTY + 1, LIMIT_NS, nowNs);
        assertEquals(LIMIT_NS + TICK_NS, givenUpAfter(0, 2 * LIMIT_NS));
    }
}
