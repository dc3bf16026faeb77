package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.heartbeat.vote.Holder;
import org.junit.jupiter.api.Test;

/** What becomes of a pair with a witness; {@link SimPair} excludes a second sender throughout. */
class WitnessScenarioTest {
    private final SimPair pair = new SimPair(1).witnessed();

    private void assertRoles(HostRole a, HostRole b) {
        assertEquals(a + " " + b, pair.a().role() + " " + pair.b().role(), pair::toString);
    }

    /** Duplex, and the witness has been told so. */
    private void duplex() {
        pair.duplex();
        pair.run(1000);
        assertTrue(pair.a().core.view().witness().admitted(), pair::toString);
    }

    private void partition() {
        pair.peerLink = false;
        pair.linkChanged();
    }

    private void join() {
        pair.peerLink = true;
        pair.linkChanged();
    }

    @Test
    void thePairInDuplexAdmitsTheWitness() {
        duplex();
        assertEquals(Holder.BOTH, pair.witness.vote.record().orElseThrow().holder());
    }

    @Test
    void thePartitionOfThePeerLinkLeavesOneSenderUntilItEndsAndAfter() {
        duplex();
        partition();
        pair.run(5000);
        boolean serves = pair.a().sends() || pair.b().sends();
        assertTrue(serves, pair::toString);
        pair.a().autoRestart = true;
        pair.b().autoRestart = true;
        pair.hosts.values().forEach(SimHost::startJetty);
        pair.run(5000);
        join();
        pair.run(3000);
        assertEquals(
                pair.a().role() == HostRole.PRIMARY ? HostRole.BACKUP : HostRole.PRIMARY,
                pair.b().role(),
                pair::toString);
    }

    @Test
    void theHostThatTheWitnessHearsServes() {
        duplex();
        pair.witness.cut(true, false);
        partition();
        pair.run(1000);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        assertFalse(pair.a().sends(), pair::toString);
    }

    @Test
    void theBackupTakesOverFromASilentPrimaryWithTheGrant() {
        duplex();
        pair.a().killDaemon();
        pair.run(110);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        assertTrue(pair.b().lastReason.contains("the witness granted epoch"), pair.b().lastReason);
    }

    @Test
    void lostAnswersAreAskedForAgainAndGrantedOnce() {
        duplex();
        pair.witness.mute = true;
        pair.a().killDaemon();
        pair.run(300);
        assertEquals(HostRole.BACKUP, pair.b().role(), pair::toString);
        pair.witness.mute = false;
        pair.run(60);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
    }

    @Test
    void withoutTheWitnessAHealthyPairGoesOnAndFormsDuplexAgain() {
        duplex();
        pair.witness.kill();
        pair.run(5000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
        pair.b().killJetty();
        pair.run(100);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.b().startJetty();
        pair.run(2000);
        assertRoles(HostRole.PRIMARY, HostRole.BACKUP);
    }

    @Test
    void withoutTheWitnessNewsOfThePeerAreStillActedOn() {
        duplex();
        pair.witness.kill();
        pair.a().killJetty();
        pair.run(1);
        assertRoles(HostRole.FENCED, HostRole.SIMPLEX);
        assertEquals("last gasp of the primary", pair.b().lastReason);
    }

    @Test
    void withoutTheWitnessSilenceIsNotActedOnUntilItIsBack() {
        duplex();
        pair.witness.kill();
        pair.a().killDaemon();
        pair.run(3000);
        assertEquals(HostRole.BACKUP, pair.b().role(), pair::toString);
        assertFalse(pair.b().core.view().witness().asking().isEmpty());
        pair.witness.start();
        pair.run(600);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
    }

    @Test
    void aStalledBackupGivesItsPlaceUpAlsoWithoutTheWitness() {
        duplex();
        pair.witness.kill();
        pair.a().logStalled();
        pair.run(2);
        assertRoles(HostRole.SIMPLEX, HostRole.FENCED);
    }

    @Test
    void aWitnessThatLostItsDiskGrantsNothingBeforeThePairAdmitsIt() {
        duplex();
        partition();
        pair.run(300);
        pair.witness.loseDisk();
        pair.run(1000);
        join();
        pair.run(100);
        pair.hosts.values().forEach(SimHost::startJetty);
        pair.run(3000);
        assertTrue(pair.witness.vote.record().isPresent(), pair::toString);
        HostRole[] roles = {pair.a().role(), pair.b().role()};
        assertTrue(
                roles[0] == HostRole.PRIMARY && roles[1] == HostRole.BACKUP
                        || roles[0] == HostRole.BACKUP && roles[1] == HostRole.PRIMARY,
                pair::toString);
    }

    @Test
    void theSurvivorComesBackByItselfWithoutPeerAndWitness() {
        duplex();
        pair.b().killDaemon();
        pair.run(500);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.witness.kill();
        pair.a().killDaemon();
        pair.run(100);
        pair.a().boot();
        pair.run(4000);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
    }

    @Test
    void aHostThatDidNotServeLastWaitsForThePeer() {
        duplex();
        pair.a().killDaemon();
        pair.run(500);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.b().killDaemon();
        pair.a().boot();
        pair.run(10_000);
        assertEquals(HostRole.IDLE, pair.a().role(), pair::toString);
        pair.b().boot();
        pair.run(3000);
        assertRoles(HostRole.BACKUP, HostRole.PRIMARY);
    }

    @Test
    void anOperatorWhoKnowsThatThePeerIsOffLetsItServe() {
        duplex();
        pair.witness.kill();
        pair.a().killDaemon();
        pair.run(1000);
        assertEquals(HostRole.BACKUP, pair.b().role(), pair::toString);
        pair.b().input(() -> pair.b().core.onServe(pair.nowNs()));
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
    }

    @Test
    void anOperatorsWordIsRefusedWhileThePeerIsHeard() {
        duplex();
        Decision refused = pair.b().core.onServe(pair.nowNs());
        assertEquals(HostRole.BACKUP, refused.role());
        assertTrue(refused.reason().contains("the peer is heard"), refused.reason());
    }

    /** Granted, but the peer was heard again before the answer came. */
    @Test
    void aGrantThatWasNotUsedDoesNotBarTheNextTakeover() {
        duplex();
        pair.witness.mute = true;
        partition();
        for (int i = 0; i < 200 && pair.witness.vote.record().orElseThrow().highest() < 4; i++) {
            pair.run(1);
        }
        join();
        pair.run(60);
        pair.witness.mute = false;
        pair.a().autoRestart = true;
        pair.b().autoRestart = true;
        pair.run(6000);
        SimHost primary = pair.a().role() == HostRole.PRIMARY ? pair.a() : pair.b();
        SimHost backup = pair.hosts.get(primary.id.peer());
        assertEquals(HostRole.BACKUP, backup.role(), pair::toString);
        primary.killDaemon();
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, backup.role(), pair::toString);
    }
}
