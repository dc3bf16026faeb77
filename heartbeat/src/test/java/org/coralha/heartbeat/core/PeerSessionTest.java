package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.heartbeat.core.PeerSession.Verdict;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;

class PeerSessionTest {
    private static final long OWN = 7;

    private final PeerSession session = new PeerSession(OWN);

    private static PeerBeat beat(
            long incarnation, long sequence, long echoIncarnation, long echoSequence) {
        return new PeerBeat(
                incarnation,
                sequence,
                echoIncarnation,
                echoSequence,
                3,
                5,
                ServiceRole.PRIMARY,
                true,
                true,
                true,
                false,
                false,
                false,
                0,
                0,
                PauseOrder.NONE,
                false,
                "");
    }

    private Verdict accept(long incarnation, long sequence, long echoInc, long echoSeq) {
        return session.accept(beat(incarnation, sequence, echoInc, echoSeq), 3);
    }

    @Test
    void aPeerIsBelievedOnlyWhenItHasHeardThisLife() {
        assertEquals(Verdict.OTHER_INCARNATION, accept(9, 1, 0, 0));
        assertEquals(Verdict.OTHER_INCARNATION, accept(9, 2, 6, 40), "echo of an earlier life");
        assertFalse(session.present());
        assertEquals(Verdict.FRESH, accept(9, 3, OWN, 1));
        assertTrue(session.present());
        assertEquals(5, session.highestEpoch());
    }

    @Test
    void replayedDuplicatedAndOvertakenHeartbeatsAreOld() {
        accept(9, 5, OWN, 1);
        assertEquals(Verdict.OLD_SEQUENCE, accept(9, 5, OWN, 1));
        assertEquals(Verdict.OLD_SEQUENCE, accept(9, 4, OWN, 1));
        assertEquals(Verdict.FRESH, accept(9, 6, 0, 0), "an echo is asked of newcomers only");
    }

    @Test
    void anEarlierLifeCannotComeBack() {
        accept(8, 50, OWN, 10);
        assertEquals(Verdict.OTHER_INCARNATION, accept(9, 1, OWN, 10), "echo is not newer");
        assertEquals(Verdict.FRESH, accept(9, 2, OWN, 11));
        assertEquals(Verdict.OTHER_INCARNATION, accept(8, 51, OWN, 10), "recorded last gasp");
        assertEquals(Verdict.OTHER_INCARNATION, accept(8, 51, OWN, 11));
    }

    @Test
    void onlyFreshHeartbeatsEndSilence() {
        accept(9, 5, OWN, 1);
        session.silent(10);
        accept(9, 5, OWN, 1);
        assertEquals(10, session.silenceNs());
        accept(9, 6, OWN, 1);
        assertEquals(0, session.silenceNs());
    }

    /** Found by the simulator: the lease of a primary was renewed by a peer that then served. */
    @Test
    void anEchoOfWhoDoesNotTakePartProvesNothing() {
        session.accept(standingBy(1, 7, 6), 6);
        assertEquals(7, session.countedEcho());
        session.accept(standingBy(2, 8, 0), 6);
        assertEquals(7, session.countedEcho(), "it has only heard it");
        session.accept(standingBy(3, 9, 6), 6);
        assertEquals(9, session.countedEcho());
        session.accept(standingBy(4, 10, 5), 5);
        assertEquals(9, session.countedEcho(), "it had that epoch on disk when it started");
    }

    private static PeerBeat standingBy(long sequence, long echoSequence, long epoch) {
        return new PeerBeat(
                9,
                sequence,
                OWN,
                echoSequence,
                epoch,
                5,
                ServiceRole.IDLE,
                true,
                true,
                false,
                false,
                false,
                false,
                0,
                0,
                PauseOrder.NONE,
                false,
                "");
    }
}
