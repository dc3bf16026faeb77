package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A witness that lost its disk grants again what both hosts report to its new life: a grant of an
 * earlier life must be worth nothing by then, in whatever order its answers come.
 */
class WitnessLivesTest {
    private static final long FIRST = 21;
    private static final long SECOND = 22;
    private static final long WANTED = 13;

    private CoreFixture f;

    @BeforeEach
    void askAsBackup() {
        f = RoleTableTest.in(HostRole.BACKUP, new CoreFixture(true));
        f.silence(2 * SimPair.TIMING.silenceNs(), true);
        assertEquals(HostRole.BACKUP, f.core.role());
        hear(Verdict.OTHER_LIFE, FIRST);
    }

    private Decision hear(Verdict verdict, long life) {
        boolean granted = verdict == Verdict.GRANTED;
        Holder holder = granted ? Holder.A : Holder.BOTH;
        WitnessAnswer answer =
                new WitnessAnswer(verdict, WANTED, granted ? WANTED : 12, holder, life);
        return f.core.onWitnessAnswer(answer, f.nowNs);
    }

    @Test
    void aGrantIsTakenOfTheLifeThatIsKnown() {
        hear(Verdict.GRANTED, FIRST);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    @Test
    void alsoOfTheNextOneAndThenOfNoEarlierOne() {
        hear(Verdict.OTHER_LIFE, SECOND);
        hear(Verdict.GRANTED, FIRST);
        assertEquals(HostRole.BACKUP, f.core.role());
        hear(Verdict.GRANTED, SECOND);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    @Test
    void anAnswerThatIsLateDoesNotBringAnEarlierLifeBack() {
        hear(Verdict.OTHER_LIFE, SECOND);
        hear(Verdict.OTHER_LIFE, FIRST);
        hear(Verdict.GRANTED, FIRST);
        assertEquals(HostRole.BACKUP, f.core.role());
        hear(Verdict.GRANTED, SECOND);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }

    /** The host was suspended: what a person has decided meanwhile is not in it. */
    @Test
    void anAnswerThatWaitedWhileTheHostDidNotRunIsAskedForAgain() {
        f.nowNs += 3_600_000_000_000L;
        Decision late = hear(Verdict.GRANTED, FIRST);
        assertEquals(HostRole.BACKUP, late.role());
        assertEquals(Action.AskWitness.class, late.actions().get(0).getClass());
        hear(Verdict.GRANTED, FIRST);
        assertEquals(HostRole.SIMPLEX, f.core.role());
    }
}
