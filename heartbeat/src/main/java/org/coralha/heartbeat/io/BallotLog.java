package org.coralha.heartbeat.io;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.heartbeat.vote.Ballot;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;

/**
 * Which decisions about one pair are worth a line of the witness's log: each that changes the
 * record, and of other claims one of each verdict in ten seconds. Hosts repeat a claim, and so can
 * anybody who has recorded it, without a key: the log must not fill the disk of the votes.
 */
final class BallotLog {
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final Map<Kind, Long> toldNs = new HashMap<>();

    private record Kind(HostId host, Verdict verdict) {}

    /** True if the decision is to be told; then it counts as told. */
    boolean tells(Ballot ballot, WitnessRequest request, long nowNs) {
        if (ballot.toKeep().isPresent()) {
            return true;
        }
        if (request.isReport()) {
            return false;
        }
        Kind kind = new Kind(request.host(), ballot.answer().verdict());
        Long last = toldNs.get(kind);
        boolean due = last == null || nowNs - last >= EVERY_NS;
        if (due) {
            toldNs.put(kind, nowNs);
        }
        return due;
    }
}
