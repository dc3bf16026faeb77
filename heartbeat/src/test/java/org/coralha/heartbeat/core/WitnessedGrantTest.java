package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backup asks for an epoch: a grant of another one is no answer to that. */
class WitnessedGrantTest {
    private static final long LIFE = 21;

    private CoreFixture f;

    @BeforeEach
    void askAsBackup() {
        f = RoleTableTest.in(HostRole.BACKUP, new CoreFixture(true));
        f.silence(2 * SimPair.TIMING.silenceNs(), true);
        hear(Verdict.OTHER_LIFE, 0, Holder.BOTH);
    }

    private void hear(Verdict verdict, long wanted, Holder holder) {
        f.core.onWitnessAnswer(new WitnessAnswer(verdict, wanted, 12, holder, LIFE), f.nowNs);
    }

    /** It asks for 13, in reign 12. */
    @ParameterizedTest
    @CsvSource({"11,BACKUP", "12,BACKUP", "13,SIMPLEX", "14,BACKUP", "15,BACKUP", "0,BACKUP"})
    void aGrantForAnotherEpochIsNotUsed(long granted, HostRole then) {
        hear(Verdict.GRANTED, granted, Holder.BOTH);
        assertEquals(then, f.core.role());
    }

    @ParameterizedTest
    @CsvSource({"11,BACKUP", "13,FENCED", "15,BACKUP", "0,BACKUP"})
    void norDoesARefusalOfAnotherEpochFence(long refused, HostRole then) {
        hear(Verdict.REFUSED, refused, Holder.B);
        assertEquals(then, f.core.role());
    }
}
