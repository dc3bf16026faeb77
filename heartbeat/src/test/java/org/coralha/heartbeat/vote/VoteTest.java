package org.coralha.heartbeat.vote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VoteTest {
    private static final long LIFE = 7;

    private static Vote vote(long highest, Holder holder) {
        return new Vote(LIFE, Optional.of(new VoteRecord(highest, holder)));
    }

    private static WitnessAnswer ask(Vote vote, HostId host, Standing standing, long e, long w) {
        Ballot ballot = vote.decide(new WitnessRequest(host, LIFE, standing, e, w));
        ballot.toKeep().ifPresent(vote::keep);
        return ballot.answer();
    }

    private static WitnessAnswer report(Vote vote, HostId host, Standing standing, long epoch) {
        return ask(vote, host, standing, epoch, 0);
    }

    /** On record: highest, holder; host a or b asks from epoch for wanted. */
    @ParameterizedTest
    @CsvSource({
        "10, A,    B, 12, 14, GRANTED",
        "10, A,    B, 10, 14, REFUSED",
        "10, A,    B,  9, 14, REFUSED",
        "10, A,    A,  9, 11, GRANTED",
        "10, A,    A,  9, 10, GRANTED",
        "10, A,    B,  9, 10, REFUSED",
        "10, A,    A,  9,  9, REFUSED",
        "10, A,    A, 10, 13, GRANTED",
        "10, BOTH, A, 10, 11, GRANTED",
        "10, BOTH, B, 10, 12, GRANTED",
        "10, BOTH, B,  9, 12, REFUSED",
        "10, BOTH, B, 12, 12, REFUSED",
        "10, B,    A, 11,  9, REFUSED",
    })
    void claims(long highest, Holder holder, HostId host, long from, long wanted, Verdict then) {
        Vote vote = vote(highest, holder);
        WitnessAnswer answer = ask(vote, host, Standing.BACKUP, from, wanted);
        assertEquals(then, answer.verdict());
        VoteRecord kept = vote.record().orElseThrow();
        boolean granted = then == Verdict.GRANTED;
        assertEquals(granted ? wanted : highest, kept.highest());
        assertEquals(granted ? Holder.of(host) : holder, kept.holder());
        assertEquals(kept, new VoteRecord(answer.highest(), answer.holder()));
    }

    @Test
    void eachReignIsSucceededOnce() {
        Vote vote = vote(10, Holder.A);
        assertEquals(Verdict.GRANTED, ask(vote, HostId.B, Standing.BACKUP, 11, 12).verdict());
        assertEquals(Verdict.REFUSED, ask(vote, HostId.A, Standing.PRIMARY, 11, 13).verdict());
        assertEquals(Verdict.GRANTED, ask(vote, HostId.B, Standing.BACKUP, 11, 12).verdict());
    }

    @Test
    void nothingHoldsBeforeItIsKept() {
        Vote vote = vote(10, Holder.A);
        vote.decide(new WitnessRequest(HostId.B, LIFE, Standing.BACKUP, 11, 12));
        assertEquals(10, vote.record().orElseThrow().highest());
    }

    @Test
    void anotherLifeIsToldThisOne() {
        Vote vote = vote(10, Holder.A);
        WitnessAnswer answer =
                vote.decide(new WitnessRequest(HostId.B, 6, Standing.BACKUP, 11, 12)).answer();
        assertEquals(Verdict.OTHER_LIFE, answer.verdict());
        assertEquals(LIFE, answer.life());
        assertEquals(10, vote.record().orElseThrow().highest());
    }

    @Test
    void withoutARecordNothingIsGrantedUntilBothSidesOfADuplexReport() {
        Vote vote = new Vote(LIFE, Optional.empty());
        assertEquals(Verdict.NOT_ADMITTED, ask(vote, HostId.B, Standing.BACKUP, 11, 12).verdict());
        assertEquals(Verdict.NOT_ADMITTED, report(vote, HostId.A, Standing.PRIMARY, 11).verdict());
        assertEquals(Verdict.NOT_ADMITTED, report(vote, HostId.B, Standing.BACKUP, 9).verdict());
        assertEquals(Verdict.NOT_ADMITTED, report(vote, HostId.B, Standing.PRIMARY, 11).verdict());
        assertEquals(Verdict.NOTED, report(vote, HostId.B, Standing.BACKUP, 11).verdict());
        assertEquals(Optional.of(new VoteRecord(11, Holder.BOTH)), vote.record());
    }

    @Test
    void whoServesAloneIsPutOnRecordAndNeverAnOlderReign() {
        Vote vote = new Vote(LIFE, Optional.empty());
        report(vote, HostId.A, Standing.SOLE, 11);
        assertEquals(Optional.of(new VoteRecord(11, Holder.A)), vote.record());
        report(vote, HostId.B, Standing.SOLE, 10);
        assertEquals(Optional.of(new VoteRecord(11, Holder.A)), vote.record());
        report(vote, HostId.B, Standing.SOLE, 12);
        assertEquals(Optional.of(new VoteRecord(12, Holder.B)), vote.record());
    }

    @Test
    void aDuplexOfAPairOnRecordChangesNothing() {
        Vote vote = vote(10, Holder.A);
        report(vote, HostId.A, Standing.PRIMARY, 11);
        report(vote, HostId.B, Standing.BACKUP, 11);
        assertTrue(vote.record().orElseThrow().holder().isOnly(HostId.A));
    }
}
