package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.kernel.DataPlane.Mode;
import org.junit.jupiter.api.Test;

/** What becomes of the pair when an operator gives orders, and when something dies meanwhile. */
class OperatedPairTest {
    private final SimPair pair = new SimPair(1);
    private final SimOperator atA = new SimOperator(pair.a());
    private final SimOperator atB = new SimOperator(pair.b());

    private void assertRoles(HostRole a, HostRole b) {
        assertEquals(a + " " + b, pair.a().role() + " " + pair.b().role(), pair::toString);
    }

    @Test
    void theServiceMovesThereAndBackWithoutANewJetty() {
        pair.duplex();
        assertTrue(atA.switchover(), atA.refusal);
        assertEquals(Mode.FENCED, pair.a().plane);
        pair.run(1);
        assertTrue(pair.b().sends());
        assertTrue(
                pair.log.get(pair.log.size() - 2).endsWith("the primary yields"), pair::toString);
        pair.run(1_000);
        assertRoles(HostRole.BACKUP, HostRole.PRIMARY);
        assertTrue(atB.switchover(), atB.refusal);
        pair.run(1_000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        assertTrue(pair.log.stream().noneMatch(line -> line.contains("FENCED")), pair::toString);
    }

    @Test
    void lostAnnouncementsOnlyCostTime() {
        pair.duplex();
        pair.loss = 1;
        atA.switchover();
        pair.loss = 0;
        pair.run(30);
        assertTrue(pair.b().sends(), pair::toString);
    }

    @Test
    void aPeerThatDiesInThatMomentCostsTheConnectionsNotTheService() {
        pair.duplex();
        pair.a().autoRestart = true;
        pair.b().killDaemon();
        assertTrue(atA.switchover(), "the peer was heard just now");
        pair.run(60);
        assertEquals(HostRole.CUT_PRIMARY, pair.a().role());
        pair.run(80);
        assertEquals(HostRole.FENCED, pair.a().role(), "the peer may have served them");
        pair.run(1_500);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
    }

    @Test
    void aPeerThatCannotPersistLeavesTheServiceWhereItWas() {
        pair.duplex();
        pair.b().persistFails = true;
        atA.switchover();
        pair.run(10);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        assertEquals(HostRole.FENCED, pair.b().role());
        assertTrue(pair.a().jettyAlive, "the peer never served: the connections go on");
    }

    @Test
    void aHostThatIsCutOffDecidesNothingAfterItYielded() {
        pair.duplex();
        pair.b().killDaemon();
        pair.a().outside = false;
        atA.switchover();
        pair.run(2_000);
        assertEquals(HostRole.CUT_PRIMARY, pair.a().role());
        pair.a().outside = true;
        pair.run(300);
        assertEquals(HostRole.FENCED, pair.a().role());
    }

    @Test
    void whatIsPausedOnOneHostIsPausedOnBoth() {
        pair.duplex();
        assertTrue(atA.pause(60_000), atA.refusal);
        pair.run(30);
        pair.a().killDaemon();
        pair.run(5_000);
        assertEquals(HostRole.BACKUP, pair.b().role());
        assertTrue(atB.resume());
        pair.run(60);
        assertEquals(HostRole.BACKUP, pair.b().role(), "silence counts from the order on");
        pair.run(45);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void aPauseEndsByItselfOnBothHosts() {
        pair.duplex();
        atB.pause(500);
        pair.run(1_000);
        pair.a().killDaemon();
        pair.run(110);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void aDaemonThatStartsLearnsOfThePause() {
        pair.duplex();
        atA.pause(60_000);
        pair.run(30);
        pair.b().killDaemon();
        pair.run(100);
        assertEquals(HostRole.PRIMARY, pair.a().role(), "silence is nothing now");
        pair.b().boot();
        pair.run(1_500);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        pair.a().killDaemon();
        pair.run(1_000);
        assertEquals(HostRole.BACKUP, pair.b().role());
    }

    @Test
    void theLaterOrderHolds() {
        pair.duplex();
        atA.pause(60_000);
        pair.run(30);
        atB.resume();
        pair.run(30);
        pair.b().killDaemon();
        pair.run(110);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
    }

    @Test
    void aCrashIsNewsAlsoWhilePaused() {
        pair.duplex();
        atA.pause(60_000);
        pair.run(30);
        pair.a().killJetty();
        pair.run(2);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
    }

    @Test
    void aStoppedPrimaryIsOutAndThePeerServes() {
        pair.duplex();
        assertTrue(atA.stop(false), atA.refusal);
        pair.run(10);
        assertFalse(pair.a().daemon);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void aStoppedBackupIsOutAndThePrimaryHasTheAddress() {
        pair.duplex();
        assertTrue(atB.stop(false), atB.refusal);
        assertEquals(Mode.FORWARD_ONLY, pair.b().plane);
        pair.run(100);
        assertFalse(pair.b().daemon);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
    }

    @Test
    void theLastHostIsStoppedByForceOnly() {
        pair.duplex();
        pair.b().killDaemon();
        pair.run(300);
        assertFalse(atA.stop(false));
        assertTrue(atA.refusal.contains("--force"), atA.refusal);
        assertTrue(pair.a().sends());
        assertTrue(atA.stop(true));
        assertFalse(pair.a().daemon);
    }
}
