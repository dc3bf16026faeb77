package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that carries nobody's connections is patient with one that serves alone. */
class NewcomerTest {
    private static final Timing TIMING = SimPair.TIMING;

    private final CoreFixture f = RoleTableTest.in(HostRole.IDLE, new CoreFixture());

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHostThatStoodStillKeepsItsConnections(boolean outside) {
        f.hear(ServiceRole.SIMPLEX, 12);
        for (int stall = 0; stall < 3; stall++) {
            f.silence(TIMING.newcomerPatienceNs(), outside);
            assertEquals(HostRole.IDLE, f.core.role());
            f.hear(ServiceRole.SIMPLEX, 12);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHostThatStaysAwayIsReplaced(boolean outsideAnswersFromTheStart) {
        f.hear(ServiceRole.SIMPLEX, 12);
        f.silence(TIMING.newcomerPatienceNs(), outsideAnswersFromTheStart);
        assertEquals(HostRole.IDLE, f.core.role());
        Decision alone = f.silence(TIMING.silenceNs() + 4 * TIMING.tickNs(), true);
        assertEquals(HostRole.SIMPLEX, alone.role());
        assertEquals("alone: the peer is silent", alone.reason());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void aHostThatNobodyReachesDoesNotCutItselfOffFirst(int times) {
        f.hear(ServiceRole.SIMPLEX, 12);
        f.silence(times * TIMING.newcomerPatienceNs(), false);
        f.silence(TIMING.newcomerPatienceNs() + 2 * TIMING.silenceNs(), true);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    @Test
    void whatIsSaidIsBelievedAtOnce() {
        f.hear(ServiceRole.SIMPLEX, 12);
        PeerBeat gasp = f.beat(ServiceRole.FENCED, 12, false, true, "");
        assertEquals(HostRole.SIMPLEX, f.core.onBeat(gasp, f.nowNs).role());
    }
}
