package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.Vote;
import org.coralha.heartbeat.vote.VoteRecord;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;

class BallotLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final Vote vote = new Vote(9, Optional.of(new VoteRecord(5, Holder.B)));
    private final BallotLog log = new BallotLog();

    private boolean tells(HostId host, long epoch, long wanted, long nowNs) {
        WitnessRequest request = new WitnessRequest(host, 9, Standing.BACKUP, epoch, wanted);
        return log.tells(vote.decide(request), request, nowNs);
    }

    @Test
    void aClaimThatIsSentAgainAndAgainIsToldNowAndThen() {
        int lines = 0;
        for (int i = 0; i < 1000; i++) {
            lines += tells(HostId.A, 4, 5, i * SECOND / 50) ? 1 : 0;
        }
        assertTrue(lines == 2, lines + " lines in 20 s");
        assertTrue(tells(HostId.B, 4, 5, SECOND), "another host, another verdict");
    }

    @Test
    void whatChangesTheRecordIsAlwaysToldAndAReportThatDoesNotNever() {
        assertTrue(tells(HostId.A, 6, 7, 1));
        assertTrue(tells(HostId.A, 6, 7, 2));
        assertFalse(tells(HostId.A, 6, 0, 3));
    }
}
