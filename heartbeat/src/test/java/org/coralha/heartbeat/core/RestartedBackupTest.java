package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A backup has the epoch of a takeover on disk that it never began: when its daemon starts anew,
 * what it says of its disk does not tell whether it has served. The time since it last heard its
 * primary does.
 */
class RestartedBackupTest {
    private SimPair pair;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 20, 30, 40, 50, 60, 70, 72, 74, 76, 80, 90, 100})
    void backupsDaemonThatStartsAnewBeforeItIsMissedCostsNoConnection(int afterMs) {
        assertGoesOn(new SimPair(1).duplex(), afterMs);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 30, 60, 74, 80})
    void norWithAWitness(int afterMs) {
        SimPair witnessed = new SimPair(1).witnessed().duplex();
        witnessed.run(1000);
        assertGoesOn(witnessed, afterMs);
    }

    @ParameterizedTest
    @ValueSource(ints = {78, 82, 86, 90})
    void norWhileOutsideHostsAnswerLate(int afterMs) {
        pair = new SimPair(1).duplex();
        pair.a().outside = false;
        pair.b().killDaemon();
        pair.run(afterMs);
        pair.b().startDaemon();
        pair.run(50);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
    }

    private void assertGoesOn(SimPair duplex, int afterMs) {
        pair = duplex;
        long epoch = pair.a().core.beat().epoch();
        pair.b().killDaemon();
        pair.run(afterMs);
        pair.b().startDaemon();
        assertTrue(pair.b().core.beat().floor() > epoch, pair::toString);
        pair.run(150);
        assertTrue(pair.a().jettyAlive, pair::toString);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.b().startJetty();
        pair.run(1500);
        assertEquals(HostRole.PRIMARY, pair.a().role(), pair::toString);
        assertEquals(HostRole.BACKUP, pair.b().role(), pair::toString);
    }

    /** The primary waits for an outside host longer than any daemon needs to start. */
    @Test
    void backupThatMayHaveServedMeanwhileReplacesThePrimary() {
        pair = new SimPair(1).duplex();
        pair.a().outside = false;
        pair.peerLink = false;
        pair.run(90);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.b().killDaemon();
        pair.run(60);
        pair.b().startDaemon();
        pair.peerLink = true;
        pair.run(60);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
        assertTrue(pair.a().lastReason.startsWith("replaced"), pair.a().lastReason);
    }

    /** What waited in the socket of a host that slept is no sign that it was heard of late. */
    @Test
    void echoesFromBeforeASleepAreNoProof() {
        pair = new SimPair(1).duplex();
        pair.a().pause(200);
        pair.run(100);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.b().killDaemon();
        pair.run(60);
        pair.a().unread.removeIf(beat -> pair.a().unread.size() > 2);
        pair.b().startDaemon();
        pair.run(250);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
    }

    /** A clock that was hidden from the primary makes a reign of its peer look too short. */
    @Test
    void claimOfALaterReignIsBelievedHoweverSoonItComes() {
        CoreFixture f = RoleTableTest.in(HostRole.PRIMARY, new CoreFixture(true));
        f.hear(ServiceRole.BACKUP, f.epoch());
        f.core.onBeat(startedAnew(f, 0, false), f.nowNs);
        assertNotEquals(HostRole.FENCED, f.core.role());

        f = RoleTableTest.in(HostRole.PRIMARY, new CoreFixture(true));
        f.hear(ServiceRole.BACKUP, f.epoch());
        f.core.onBeat(startedAnew(f, 0, true), f.nowNs);
        assertEquals(HostRole.FENCED, f.core.role());
    }

    /** It says so as it was told to, long after it may have served. */
    @Test
    void wordThatItIsOutOfTheReignIsNoSignThatItHeardThePrimaryBeforeItStarted() {
        CoreFixture f = RoleTableTest.in(HostRole.PRIMARY, new CoreFixture(true));
        f.hear(ServiceRole.BACKUP, f.epoch());
        long counted = f.core.echoed();
        f.silence(SimPair.TIMING.noReignNs() + SimPair.MS, false);
        f.core.onBeat(startedAnew(f, f.epoch(), false), f.nowNs);
        assertEquals(HostRole.FENCED, f.core.role());
        assertEquals(counted, f.core.echoed());
    }

    private static PeerBeat startedAnew(CoreFixture f, long epoch, boolean claims) {
        long heard = ++f.sequence;
        return new PeerBeat(
                10,
                1,
                7,
                heard,
                epoch,
                f.epoch() + 1,
                ServiceRole.IDLE,
                true,
                true,
                false,
                false,
                claims,
                false,
                0,
                0,
                PauseOrder.NONE,
                false,
                "");
    }
}
