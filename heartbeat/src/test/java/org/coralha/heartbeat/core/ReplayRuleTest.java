package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.Test;

class ReplayRuleTest {
    private static final long SILENCE = 75;

    private final ReplayRule rule = new ReplayRule(SILENCE);

    private boolean suspects(long incarnation, boolean fresh, long now) {
        PeerBeat beat =
                new PeerBeat(
                        incarnation,
                        1,
                        0,
                        0,
                        3,
                        3,
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
                        true,
                        "");
        return rule.suspects(beat, fresh, now);
    }

    @Test
    void peerThatStartsIsNotSuspected() {
        assertFalse(suspects(8, false, 0), "it has not heard this host yet");
        assertFalse(suspects(8, false, 25));
        assertFalse(suspects(8, true, 50));
        assertFalse(suspects(8, true, 75));
        assertFalse(suspects(9, false, 1000), "its next life");
        assertFalse(suspects(9, true, 1025));
        assertFalse(suspects(10, false, 900_000), "and the next, much later");
        assertFalse(suspects(11, false, 1_800_000));
    }

    @Test
    void olderOfTheSameLifeAndEarlierLivesAreSuspected() {
        suspects(8, true, 0);
        assertTrue(suspects(8, false, 1));
        assertTrue(suspects(8, false, 1_000_000), "however long ago");
        suspects(9, true, 1_000_001);
        assertTrue(suspects(8, false, 2_000_000));
    }

    @Test
    void anotherLifeBesideOneThatIsHeardIsSuspected() {
        suspects(8, true, 0);
        assertTrue(suspects(7, false, 74));
        assertFalse(suspects(7, false, 75));
    }

    @Test
    void lifeThatNeverProvesToHearThisHostIsSuspectedInTheEnd() {
        long now = 0;
        while (now <= 32 * SILENCE) {
            assertFalse(suspects(7, false, now));
            now += 25;
        }
        assertTrue(suspects(7, false, now));
        assertFalse(suspects(8, true, now + 1));
        assertFalse(suspects(9, false, now + 1 + SILENCE), "counted anew");
    }
}
