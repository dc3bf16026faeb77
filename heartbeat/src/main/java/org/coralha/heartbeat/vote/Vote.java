package org.coralha.heartbeat.vote;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.pair.HostId;

/**
 * The vote of the witness about one pair: each reign is succeeded once. Not safe for use by several
 * threads.
 *
 * <table>
 * <caption>A host asks from epoch E for a later one, W; on record is epoch H</caption>
 * <tr><td>W is H, granted to this host</td><td>granted again: the answer was lost</td></tr>
 * <tr><td>W ≤ H</td><td>refused</td></tr>
 * <tr><td>H is this host's alone</td><td>granted: it has not used H, or has ended since</td></tr>
 * <tr><td>E &gt; H</td><td>granted: the witness missed reigns that both hosts agreed on</td></tr>
 * <tr><td>E is H, which is both hosts'</td><td>granted</td></tr>
 * <tr><td>otherwise</td><td>refused: the other host has succeeded E</td></tr>
 * </table>
 *
 * <p>A witness without a record, new or with a new disk, grants nothing before the pair has shown,
 * to this life of the witness, that nobody can hold a grant of an earlier one: by both hosts
 * reporting the same duplex epoch, or one reporting that it serves alone.
 */
public final class Vote {
    private final long life;
    private final Map<HostId, WitnessRequest> reports = new EnumMap<>(HostId.class);
    private VoteRecord record;

    /**
     * @param life number of this life of the witness, not 0
     * @param stored what is on disk, empty if nothing is
     */
    public Vote(long life, Optional<VoteRecord> stored) {
        this.life = life;
        this.record = stored.orElse(null);
    }

    /** Decides; changes nothing that a restart would lose. */
    public Ballot decide(WitnessRequest request) {
        if (request.life() != life) {
            return answer(Verdict.OTHER_LIFE, request);
        }
        return request.isReport() ? report(request) : claim(request);
    }

    /** What was to be kept is on disk: it holds from now on. */
    public void keep(VoteRecord kept) {
        record = kept;
    }

    /** The record, empty before the pair is admitted. */
    public Optional<VoteRecord> record() {
        return Optional.ofNullable(record);
    }

    private Ballot claim(WitnessRequest request) {
        if (record == null) {
            return answer(Verdict.NOT_ADMITTED, request);
        }
        boolean own = record.holder().isOnly(request.host());
        if (own && request.wanted() == record.highest()) {
            return answer(Verdict.GRANTED, request);
        }
        boolean behind = request.epoch() > record.highest();
        boolean shared = record.holder() == Holder.BOTH && request.epoch() == record.highest();
        boolean rises = request.wanted() > record.highest() && request.wanted() > request.epoch();
        return rises && (own || behind || shared)
                ? keeping(Verdict.GRANTED, request.wanted(), Holder.of(request.host()), request)
                : answer(Verdict.REFUSED, request);
    }

    private Ballot report(WitnessRequest request) {
        reports.put(request.host(), request);
        long highest = record == null ? 0 : record.highest();
        if (request.standing() == Standing.SOLE && request.epoch() > highest) {
            return keeping(Verdict.NOTED, request.epoch(), Holder.of(request.host()), request);
        }
        if (record == null && inDuplex(request)) {
            return keeping(Verdict.NOTED, request.epoch(), Holder.BOTH, request);
        }
        return answer(record == null ? Verdict.NOT_ADMITTED : Verdict.NOTED, request);
    }

    /** True if the two hosts have reported the two sides of one duplex epoch. */
    private boolean inDuplex(WitnessRequest request) {
        WitnessRequest other = reports.get(request.host().peer());
        return other != null
                && other.epoch() == request.epoch()
                && request.epoch() > 0
                && (sides(request, other) || sides(other, request));
    }

    private static boolean sides(WitnessRequest primary, WitnessRequest backup) {
        return primary.standing() == Standing.PRIMARY && backup.standing() == Standing.BACKUP;
    }

    private Ballot keeping(Verdict verdict, long epoch, Holder holder, WitnessRequest request) {
        return new Ballot(
                new WitnessAnswer(verdict, request.wanted(), epoch, holder, life),
                Optional.of(new VoteRecord(epoch, holder)));
    }

    private Ballot answer(Verdict verdict, WitnessRequest request) {
        long highest = record == null ? 0 : record.highest();
        Holder holder = record == null ? Holder.NOBODY : record.holder();
        return new Ballot(
                new WitnessAnswer(verdict, request.wanted(), highest, holder, life),
                Optional.empty());
    }
}
