package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that did not run acts on nothing that may be older than what its peer did meanwhile. */
class SleeperTest {
    private SimPair pair;

    /**
     * The seed decides whether the clock is seen, and the offer with it, before the socket is read.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void hostThatSleptOverItsOfferDoesNotServeBesideTheNewcomerThatTookOver(long seed) {
        pair = new SimPair(seed);
        pair.oneSender = true;
        pair.duplex();
        pair.b().killJetty();
        pair.run(1000);
        assertEquals(HostRole.SIMPLEX, pair.a().role());
        pair.b().startJetty();
        runUntilAIs(HostRole.OFFERING);
        pair.a().pause(SimPair.TIMING.joinLimitNs() / SimPair.MS + 100);
        pair.run(1500);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.run(2000);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
    }

    /**
     * It was given up while it did not run; whoever gave it up has sent on, and is gone as well.
     */
    @Test
    void backupThatSleptDoesNotPutCopiesToUseThatItsPrimaryMayHaveLeftBehind() {
        pair = new SimPair(1).duplex();
        pair.b().pause(1000);
        pair.run(300);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.a().killDaemon();
        pair.run(1);
        pair.b().unread.clear(); // a machine that stands still receives nothing
        pair.run(1500);
        assertEquals(HostRole.FENCED, pair.b().role(), pair::toString);
    }

    @Test
    void norIfThatPrimaryStartedAnew() {
        pair = new SimPair(1).duplex();
        pair.b().pause(400);
        pair.run(300);
        pair.a().killDaemon();
        pair.a().startDaemon();
        pair.run(1);
        pair.b().unread.clear(); // a machine that stands still receives nothing
        pair.run(300);
        assertEquals(HostRole.FENCED, pair.b().role(), pair::toString);
    }

    @Test
    void backupThatSleptAndHearsItsPrimaryAgainStandsByAsBefore() {
        pair = new SimPair(1).duplex();
        pair.a().outside = false;
        pair.b().pause(200);
        pair.run(500);
        assertEquals(HostRole.BACKUP, pair.b().role(), pair::toString);
        pair.a().killDaemon();
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
    }

    /** The peer took over, and is gone as well when the primary runs again. */
    @Test
    void primaryThatSleptDoesNotCarryOnWhatItsSilentPeerMayHaveCarriedOn() {
        pair = new SimPair(1).duplex();
        pair.a().pause(1000);
        pair.run(300);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.b().killDaemon();
        pair.run(1);
        pair.a().unread.clear();
        pair.run(1500);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
    }

    /** A heartbeat that was lost while the host slept, and was recorded, comes late. */
    @ParameterizedTest
    @CsvSource({"PRIMARY,BACKUP", "BACKUP,PRIMARY"})
    void whatThePeerSaidBeforeIsNoSignThatItIsTheOtherHalfStill(HostRole role, ServiceRole peer) {
        CoreFixture f = afterASleep(role);
        int turn = f.turn;
        f.hear(peer, f.epoch());
        f.silence(2 * SimPair.TIMING.silenceNs(), true);
        assertEquals(HostRole.FENCED, f.core.role());

        f = afterASleep(role);
        assertTrue(f.core.beat().turn() > turn);
        f.turn = f.core.beat().turn();
        f.hear(peer, f.epoch());
        f.silence(2 * SimPair.TIMING.silenceNs(), true);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    /** Its peer has heard nothing of it since. */
    private static CoreFixture afterASleep(HostRole role) {
        CoreFixture f = RoleTableTest.in(role);
        f.turn = f.core.beat().turn();
        f.nowNs += 2 * SimPair.TIMING.silenceNs();
        f.tick();
        f.silence(SimPair.TIMING.silenceNs() + SimPair.MS, false);
        return f;
    }

    @Test
    void norWhatItsPeerSaysThatItHasServed() {
        pair = new SimPair(1).duplex();
        pair.a().pause(400);
        pair.run(300);
        pair.b().killJetty();
        pair.run(1);
        pair.a().unread.clear();
        pair.run(400);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
        assertTrue(pair.a().lastReason.startsWith("replaced"), pair.a().lastReason);
    }

    /** The disk, or the processor, took so long over it that the peer may serve by now. */
    @Test
    void switchThatComesLateRenewsNoLeaseBeforeTheHostHasListened() {
        Lease lease = new Lease(SimPair.TIMING);
        long startNs = 1000 * SimPair.MS;
        lease.sending(1, startNs);
        long lateNs = startNs + SimPair.TIMING.leaseNs() + 1;
        lease.byOwn(lateNs);
        lease.sending(2, lateNs);
        assertTrue(lease.untilNs() < lateNs);
        lease.sending(3, lateNs + SimPair.TIMING.periodNs());
        assertTrue(lease.untilNs() < lateNs);
        lease.sending(4, lateNs + SimPair.TIMING.silenceNs());
        assertTrue(lease.untilNs() > lateNs + SimPair.TIMING.silenceNs());
    }

    @Test
    void epochThatCouldNotBePersistedIsNotSaid() {
        pair = new SimPair(1).duplex();
        long epoch = pair.a().core.beat().epoch();
        pair.a().persistFails = true;
        pair.a().logStalled();
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
        assertEquals(epoch, pair.a().core.beat().epoch());
        pair.run(10);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
    }

    /** Too short to count as a sleep, and long enough that the peer was not heard of late. */
    @Test
    void stalledLogAfterANapIsNoNewsOfAPeerThatWasNotHeardSinceBefore() {
        CoreFixture f = RoleTableTest.in(HostRole.PRIMARY);
        f.nowNs += SimPair.TIMING.suspicionNs() + SimPair.MS;
        f.core.onLogStalled(1000, f.nowNs);
        assertEquals(HostRole.PRIMARY, f.core.role());
    }

    /** Cut off without a sign, and the log says so before the silence does. */
    @Test
    void stalledLogOfAHostThatHearsNobodyIsNoNewsOfThePeer() {
        pair = new SimPair(1).duplex();
        pair.a().pullCable(false);
        pair.run(90);
        pair.a().logStalled();
        assertEquals(HostRole.PRIMARY, pair.a().role(), pair::toString);
        pair.run(20);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.a().plugCable();
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
    }

    private void runUntilAIs(HostRole role) {
        for (int ms = 0; ms < 5000 && pair.a().role() != role; ms++) {
            pair.run(1);
        }
        assertEquals(role, pair.a().role(), pair::toString);
    }

    /** A pause shorter than a lease swallows heartbeats too, and each renewed the peer's lease. */
    @Test
    void silenceOfOneThatServesAloneCountsFromTheEndOfAPauseOfThisHost() {
        CoreFixture fixture = new CoreFixture();
        fixture.core.onJettyAttached(1, fixture.nowNs);
        fixture.core.onJettyReady(fixture.nowNs);
        fixture.hear(ServiceRole.SIMPLEX, 11);
        Timing timing = SimPair.TIMING;
        fixture.silence(timing.periodNs() - timing.tickNs(), true);
        fixture.nowNs += timing.periodNs() + timing.tickNs();
        // The first of these ticks is the late one, and counts twice.
        long limitNs = timing.newcomerPatienceNs() + timing.silenceNs();
        fixture.silence(limitNs - 2 * timing.tickNs(), true);
        assertEquals(HostRole.IDLE, fixture.core.role(), "may have a lease");
        fixture.silence(timing.tickNs(), true);
        assertEquals(HostRole.SIMPLEX, fixture.core.role());
    }
}
