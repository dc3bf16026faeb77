package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;

/** What becomes of the pair in each situation, with both cores and a simulated world. */
class PairScenarioTest {
    private final SimPair pair = new SimPair(1);

    private void assertRoles(HostRole a, HostRole b) {
        assertEquals(a + " " + b, pair.a().role() + " " + pair.b().role(), pair::toString);
    }

    @Test
    void coldStartEndsInDuplexWithThePreferredHostAsPrimary() {
        pair.b().boot();
        pair.run(100);
        pair.a().boot();
        pair.run(500);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        assertEquals(Mode.PRIMARY, pair.a().plane);
        assertEquals(Mode.BACKUP, pair.b().plane);
        assertEquals(ServiceRole.PRIMARY, pair.a().moduleRole);
        assertEquals(ServiceRole.BACKUP, pair.b().moduleRole);
    }

    @Test
    void aHostAloneServesAfterTheWaitOnlyIfAnOutsideHostAnswers() {
        pair.b().outside = false;
        pair.b().boot();
        pair.run(3000);
        assertEquals(HostRole.IDLE, pair.b().role());
        pair.b().outside = true;
        pair.run(300);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void aHostAloneWaitsForThePeerFirst() {
        pair.b().boot();
        pair.run(900);
        assertEquals(HostRole.IDLE, pair.b().role());
        pair.run(300);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void theBackupTakesOverWhenThePrimaryIsSilent() {
        pair.duplex();
        long epoch = pair.b().core.beat().epoch();
        pair.a().killDaemon();
        pair.run(60);
        assertEquals(HostRole.BACKUP, pair.b().role(), "75 ms have not passed");
        pair.run(45);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
        assertEquals(Mode.SIMPLEX, pair.b().plane);
        assertEquals("the primary is silent", pair.b().lastReason);
        assertTrue(pair.b().core.beat().epoch() > epoch);
    }

    @Test
    void aLastGaspIsActedOnWithoutWaiting() {
        pair.duplex();
        pair.a().killJetty();
        pair.run(1);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
        assertEquals("last gasp of the primary", pair.b().lastReason);
        assertEquals(Mode.FENCED, pair.a().plane);
    }

    @Test
    void jettyThatIsToldToStopHandsOverFirst() {
        pair.duplex();
        pair.a().stopJetty();
        assertEquals(Mode.FENCED, pair.a().plane);
        assertEquals(ServiceRole.FENCED, pair.a().moduleRole);
        pair.run(1);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
    }

    @Test
    void thePrimaryServesAloneWhenTheBackupIsSilent() {
        pair.duplex();
        pair.b().killDaemon();
        pair.run(110);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        assertEquals(ServiceRole.SIMPLEX, pair.a().moduleRole);
        assertEquals(Mode.SIMPLEX, pair.a().plane);
    }

    @Test
    void aBackupWithoutJettyForwardsUntilThePrimaryHasTheAddress() {
        pair.duplex();
        pair.b().killJetty();
        assertEquals(Mode.FORWARD_ONLY, pair.b().plane);
        pair.run(1);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
        assertEquals(Mode.FORWARD_ONLY, pair.b().plane);
        pair.run(50);
        assertEquals(Mode.FORWARD_ONLY, pair.b().plane, "packets may be on their way");
        pair.run(75);
        assertEquals(Mode.FENCED, pair.b().plane);
    }

    @Test
    void aStalledLogCostsTheBackupItsPlaceAndItsJetty() {
        pair.duplex();
        pair.a().logStalled();
        pair.run(1);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
        assertFalse(pair.b().jettyAlive);
    }

    @Test
    void aFailedHostComesBackAsBackupAndThePairCanLoseTheOther() {
        pair.duplex();
        pair.a().killDaemon();
        pair.run(200);
        pair.a().boot();
        pair.run(1000);
        assertRoles(HostRole.BACKUP, HostRole.PRIMARY);
        pair.b().killDaemon();
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
    }

    @Test
    void aPrimaryThatRestartsWithinTheSilenceLimitIsReplacedAtOnce() {
        pair.duplex();
        pair.a().killDaemon();
        pair.run(20);
        pair.a().startDaemon();
        pair.run(60);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
        assertEquals("the primary says that it is IDLE", pair.b().lastReason);
    }

    @Test
    void bothHostsRestart() {
        pair.duplex();
        long epoch = pair.a().core.beat().epoch();
        pair.a().killDaemon();
        pair.b().killDaemon();
        pair.run(1000);
        pair.a().boot();
        pair.b().boot();
        pair.run(1000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        assertTrue(pair.a().core.beat().epoch() > epoch);
    }

    @Test
    void theHostWithThePulledCableFencesItselfAndTheOtherTakesOver() {
        pair.duplex();
        pair.a().pullCable(true);
        assertEquals(Mode.FENCED, pair.a().plane);
        pair.run(200);
        assertRoles(HostRole.CUT_PRIMARY, HostRole.SIMPLEX);
        pair.a().plugCable();
        pair.run(200);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
        assertFalse(pair.a().jettyAlive);
    }

    @Test
    void aCutThatTheCarrierDoesNotShowIsFoundByAskingOutside() {
        pair.duplex();
        pair.a().pullCable(false);
        pair.run(330);
        assertRoles(HostRole.CUT_PRIMARY, HostRole.SIMPLEX);
    }

    private boolean everServed(SimHost host) {
        return pair.log.stream().anyMatch(line -> line.contains(host.id + " ") && serves(line));
    }

    private static boolean serves(String line) {
        return line.contains("-> SIMPLEX");
    }

    @Test
    void aBackupWhoseCableIsPulledIsOutUntilItsJettyIsNew() {
        pair.duplex();
        pair.b().pullCable(true);
        assertEquals(HostRole.FENCED, pair.b().role());
        assertEquals(Mode.FENCED, pair.b().plane);
        assertFalse(pair.b().jettyAlive);
        pair.run(5000);
        pair.b().plugCable();
        pair.run(1000);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
        pair.b().startJetty();
        pair.run(1000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        assertFalse(everServed(pair.b()), pair::toString);
    }

    @Test
    void aHostThatWaitedWithoutACableHearsThePeerBeforeItJudges() {
        pair.duplex();
        pair.b().autoRestart = true;
        pair.b().pullCable(true);
        pair.run(5000);
        assertRoles(HostRole.SIMPLEX, HostRole.IDLE);
        pair.b().plugCable();
        pair.run(1000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        assertFalse(everServed(pair.b()), pair::toString);
    }

    @Test
    void whenBothCablesArePulledThePrimaryGoesOnWithItsConnections() {
        pair.duplex();
        pair.a().pullCable(true);
        pair.b().pullCable(true);
        pair.run(2000);
        assertRoles(HostRole.CUT_PRIMARY, HostRole.FENCED);
        pair.a().plugCable();
        pair.b().plugCable();
        pair.run(300);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
        assertTrue(pair.a().jettyAlive);
    }

    @Test
    void anIsolatedBackupDoesNotTakeOver() {
        pair.duplex();
        pair.b().pullCable(false);
        pair.run(1000);
        assertRoles(HostRole.SIMPLEX, HostRole.BACKUP);
        pair.run(400);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
    }

    @Test
    void aBackupThatIsConnectedAgainHearsThePrimaryBeforeItJudges() {
        for (int afterMs = 400; afterMs < 600; afterMs++) {
            SimPair other = new SimPair(afterMs).duplex();
            other.b().pullCable(false);
            other.run(afterMs);
            other.b().plugCable();
            other.run(200);
            assertEquals(HostRole.FENCED, other.b().role(), other::toString);
            assertTrue(other.log.stream().noneMatch(line -> line.contains("B BACKUP -> SIMPLEX")));
        }
    }

    @Test
    void afterAPartitionOfThePeerLinkOneHostIsLeft() {
        pair.duplex();
        pair.peerLink = false;
        pair.linkChanged();
        pair.run(1000);
        // Two hosts cannot tell this from a crash; the epochs differ, and the higher one wins.
        assertRoles(HostRole.SIMPLEX, HostRole.SIMPLEX);
        pair.peerLink = true;
        pair.linkChanged();
        pair.run(100);
        assertTrue(
                (pair.a().role() == HostRole.FENCED) != (pair.b().role() == HostRole.FENCED),
                pair::toString);
    }

    @Test
    void aDeposedPrimaryThatWakesUpFencesItself() {
        pair.duplex();
        pair.a().pause(1000);
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
        pair.run(900);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
        assertEquals(Mode.FENCED, pair.a().plane);
    }

    @Test
    void aBackupThatDidNotRunCannotAccuseThePrimary() {
        pair.duplex();
        Decision late = pair.b().core.onTick(pair.nowNs() + 10_000 * SimPair.MS);
        assertEquals(HostRole.BACKUP, late.role());
        assertTrue(late.actions().isEmpty(), "not even a suspicion");
        assertEquals(1L, pair.b().core.view().counters().get("tick.late"));
    }

    @Test
    void cutSimplexHostGoesOnWhenItIsConnectedAgain() {
        pair.a().boot();
        pair.run(1500);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        pair.a().pullCable(true);
        pair.run(2000);
        assertEquals(HostRole.CUT_SIMPLEX, pair.a().role());
        assertEquals(Mode.FENCED, pair.a().plane);
        pair.a().plugCable();
        pair.run(400);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        assertTrue(pair.a().jettyAlive);
    }

    @Test
    void aHostThatCannotPersistDoesNotTakeOver() {
        pair.duplex();
        pair.b().persistFails = true;
        // The reserve of the coming takeover was refused by the disk already.
        pair.a().killJetty();
        pair.run(5);
        assertEquals(Mode.FENCED, pair.b().plane);
        assertEquals(HostRole.FENCED, pair.b().role());
    }

    @Test
    void aSimplexHostDoesNotMissAPeerThatCouldNotServe() {
        pair.duplex();
        pair.b().killJetty();
        pair.run(200);
        pair.a().outside = false;
        pair.b().killDaemon();
        pair.run(2000);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        assertFalse(pair.a().core.view().peerPresent());
    }

    @Test
    void theSimplexHostIsReplacedByAReadyIdlePeer() {
        pair.duplex();
        pair.b().killDaemon();
        pair.run(200);
        pair.b().startDaemon();
        pair.run(100);
        pair.b().startJetty();
        pair.a().killDaemon();
        pair.run(120);
        assertEquals(HostRole.IDLE, pair.b().role(), "the other may only stand still");
        pair.run(180);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void afterShutdownThePeerServes() {
        pair.duplex();
        Decision decision = pair.a().core.onShutdown(pair.nowNs());
        assertEquals(HostRole.FENCED, decision.role());
        assertEquals(new Action.Plane(Mode.FENCED), decision.actions().get(0));
        assertEquals(new Action.Announce(3, true), decision.actions().get(1));
        pair.carry(pair.a(), pair.a().nextBeat(true));
        pair.run(1);
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    @Test
    void epochsOfTheTwoHostsNeverMeet() {
        pair.duplex();
        assertEquals(1, pair.a().core.beat().epoch() % 2);
        assertEquals(HostId.A, pair.a().id);
        pair.a().killDaemon();
        pair.run(200);
        assertEquals(0, pair.b().core.beat().epoch() % 2);
    }
}
