package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;

/**
 * A primary that was cut off keeps its connections, but never uses them after a reign of the peer,
 * which may have sent other bytes on them: whatever became of the peer since.
 */
class ReplacedPrimaryTest {
    private final SimPair pair = new SimPair(1).duplex();

    /** The cable of the primary is pulled and the backup takes over. */
    private void replace() {
        pair.a().pullCable(true);
        pair.run(200);
        assertEquals(HostRole.CUT_PRIMARY, pair.a().role());
        assertEquals(HostRole.SIMPLEX, pair.b().role());
    }

    private void connectAgain() {
        pair.a().plugCable();
        pair.run(400);
    }

    private void assertNeverResumed() {
        assertFalse(pair.a().jettyAlive, pair::toString);
        assertEquals(Mode.FENCED, pair.a().plane, pair::toString);
        assertEquals(HostRole.FENCED, pair.a().role(), pair::toString);
    }

    @Test
    void afterThePeerReignedAndItsJettyCrashed() {
        replace();
        pair.b().killJetty();
        connectAgain();
        assertNeverResumed();
    }

    @Test
    void afterThePeerReignedAndItsNewJettyIsNotReady() {
        replace();
        pair.b().killJetty();
        pair.b().startJetty();
        pair.run(1);
        pair.b().jettyReady = false;
        connectAgain();
        assertNeverResumed();
    }

    @Test
    void afterThePeerReignedAndItsDaemonStartedAnew() {
        replace();
        pair.b().killDaemon();
        pair.b().startDaemon();
        connectAgain();
        assertNeverResumed();
    }

    @Test
    void afterThePeerReignedAndLostItsPower() {
        replace();
        pair.b().killDaemon();
        connectAgain();
        assertNeverResumed();
    }

    @Test
    void newJettyServesWithoutThePeer() {
        replace();
        pair.b().killDaemon();
        connectAgain();
        pair.a().startJetty();
        pair.run(1500);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
    }

    /** The network was away for less than it takes to notice, and the heir has ended as well. */
    @Test
    void primaryThatReachedNobodyDoesNotCarryOnWhatItsSilentPeerMayHaveCarriedOn() {
        pair.a().pullCable(false);
        pair.run(200);
        assertEquals(HostRole.PRIMARY, pair.a().role(), pair::toString);
        assertEquals(HostRole.SIMPLEX, pair.b().role(), pair::toString);
        pair.b().killDaemon();
        connectAgain();
        assertNeverResumed();
    }

    @Test
    void norABackupThatItsPrimaryMayHaveLeftBehind() {
        pair.b().pullCable(false);
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.a().killDaemon();
        pair.b().plugCable();
        pair.run(400);
        assertEquals(HostRole.FENCED, pair.b().role(), pair::toString);
    }

    @Test
    void norOneThatHearsTheNextLifeOfThatPrimary() {
        pair.b().pullCable(false);
        pair.run(400);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
        pair.a().killDaemon();
        pair.a().startDaemon();
        pair.b().plugCable();
        pair.run(400);
        assertEquals(HostRole.FENCED, pair.b().role(), pair::toString);
    }

    /** The outside hosts alone were away, and then the other half ends. */
    @Test
    void hostThatHearsItsPeerMissesNothingOfIt() {
        pair.a().outside = false;
        pair.b().outside = false;
        pair.run(1000);
        pair.a().outside = true;
        pair.b().killDaemon();
        pair.run(200);
        assertEquals(HostRole.SIMPLEX, pair.a().role(), pair::toString);
    }

    /** Whoever was invited may have come in, although this host never heard it. */
    @Test
    void hostThatHadOfferedTheBackupsPlaceIsAPrimaryInThis() {
        CoreFixture f = RoleTableTest.in(HostRole.OFFERING);
        f.core.onCarrier(false, f.nowNs);
        f.core.onCarrier(true, f.nowNs);
        f.hear(ServiceRole.FENCED, f.epoch() + 1);
        assertEquals(HostRole.FENCED, f.core.role());
    }

    @Test
    void hostThatServedAloneGoesOn() {
        CoreFixture f = RoleTableTest.in(HostRole.CUT_SIMPLEX);
        f.core.onBeat(f.beat(ServiceRole.FENCED, f.epoch() + 1, false, false, ""), f.nowNs);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }
}
