package org.coralha.heartbeat.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.OpenQuestions;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.pair.HostId;

/**
 * Which reigns need the grant of the witness, and what its answers mean. Whoever concludes that the
 * peer is gone, without having it from the peer, asks first. Without a witness nothing is asked.
 *
 * <p>A claim keeps its epoch until it is answered or void, so that asking twice is asking once. It
 * is void when the role changes, and, if silence was its reason, when the peer is heard. A grant
 * that comes too late binds the witness, not this host: it is used up, or given up, as soon as a
 * report shows it. The proof is docs/adr/0009-witness.md.
 */
final class Succession {
    private static final String WITNESSED = "; the witness granted epoch ";

    private enum Way {
        TAKE_OVER,
        DROP_BACKUP,
        SERVE
    }

    /** What the witness is asked for, and from where. */
    private record Claim(
            Way way,
            HostRole role,
            Standing standing,
            long epoch,
            long wanted,
            String why,
            boolean bySilence,
            long sinceNs) {}

    private final boolean witnessed;
    private final HostId self;
    private final Timing timing;
    private final PeerSession peer;
    private final Reign reign;
    private final SoleRight sole;
    private final WitnessLives lives = new WitnessLives();
    private WitnessAnswer last;
    private long heardNs;
    private long reportedNs;
    private boolean reportsSoon;
    private Claim claim;
    private int asked;
    private long askedNs;

    Succession(
            boolean witnessed,
            HostId self,
            Timing timing,
            PeerSession peer,
            Reign reign,
            SoleRight sole,
            long nowNs) {
        this.witnessed = witnessed;
        this.self = self;
        this.timing = timing;
        this.peer = peer;
        this.reign = reign;
        this.sole = sole;
        this.heardNs = nowNs;
        this.reportedNs = nowNs - timing.reportEveryNs();
    }

    boolean witnessed() {
        return witnessed;
    }

    /** What this host is to the witness. */
    private Standing standing() {
        return switch (reign.role()) {
            case SIMPLEX, SHARING -> Standing.SOLE;
            case CUT_SIMPLEX -> reign.wasStoodBy() ? Standing.NONE : Standing.SOLE;
            case OFFERING, PRIMARY -> Standing.PRIMARY;
            case JOINING, BACKUP -> Standing.BACKUP;
            case DETACHED, IDLE, FENCED, CUT_PRIMARY -> Standing.NONE;
        };
    }

    /**
     * True if this host may serve again without asking the peer: the peer must not take it for
     * gone, whatever else it says. One that is cut off and was stood by needs the peer's word.
     */
    boolean claims() {
        return witnessed && (sole.held() || standing() != Standing.NONE);
    }

    // ---- conclusions that need a grant ----------------------------------------------------

    /** The primary is silent. */
    Decision takeOver(String why, long nowNs) {
        return witnessed ? ask(Way.TAKE_OVER, why, true, nowNs) : reign.takeOver(why, nowNs);
    }

    /** The backup is silent. */
    Decision dropSilent(String why, long nowNs) {
        if (free()) {
            peer.giveUp();
            return reign.dropBackup(why, nowNs);
        }
        return ask(Way.DROP_BACKUP, why, true, nowNs);
    }

    /** The backup is of no use, but may still stand by: it is told to give that up, too. */
    Decision drop(String why, long nowNs) {
        return free() ? reign.dropBackup(why, nowNs) : ask(Way.DROP_BACKUP, why, false, nowNs);
    }

    /** The peer says that it is of no use as a backup. */
    Decision drop(String why, PeerBeat beat, long nowNs) {
        return free() || isOut(beat)
                ? reign.dropBackup(why, nowNs)
                : ask(Way.DROP_BACKUP, why, false, nowNs);
    }

    /** Nobody can take over: there is no witness, or the peer was not invited yet. */
    private boolean free() {
        return !witnessed || reign.role() == HostRole.SHARING;
    }

    /** True if the peer, although it is ready, will not accept the offer of this epoch. */
    boolean declined(PeerBeat beat) {
        return witnessed && isOut(beat);
    }

    /** True if the peer stood by in this epoch, or never will, and does not any more. */
    private boolean isOut(PeerBeat beat) {
        boolean inactive =
                switch (beat.role()) {
                    case IDLE, FENCED -> !beat.claims();
                    case SIMPLEX, PRIMARY, BACKUP -> false;
                };
        return inactive && Math.max(beat.epoch(), beat.floor()) >= reign.epoch();
    }

    /** At rest, and nobody is heard. */
    Decision serveAlone(String why, long nowNs) {
        if (!witnessed) {
            return reign.serve(why, nowNs);
        }
        return sole.held() ? ask(Way.SERVE, why, true, nowNs) : stay();
    }

    private Decision ask(Way way, String why, boolean bySilence, long nowNs) {
        if (pending() != null) {
            return stay();
        }
        boolean atRest = way == Way.SERVE;
        claim =
                new Claim(
                        way,
                        reign.role(),
                        atRest ? Standing.SOLE : standing(),
                        atRest ? sole.epoch() : reign.epoch(),
                        reign.nextClaim(),
                        why,
                        bySilence,
                        nowNs);
        asked = 0;
        sole.stays();
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.PersistEpoch(claim.wanted));
        actions.add(question(nowNs));
        if (drops()) {
            actions.add(new Action.Announce(1, false));
        }
        return new Decision(reign.role(), actions, "");
    }

    /** The claim that is not answered yet, null if there is none. */
    private Claim pending() {
        boolean isVoid =
                claim != null
                        && (claim.role != reign.role()
                                || claim.way != Way.SERVE && claim.epoch != reign.epoch());
        if (isVoid) {
            claim = null;
        }
        return claim;
    }

    private Action question(long nowNs) {
        asked++;
        askedNs = nowNs;
        return new Action.AskWitness(lives.current(), claim.standing, claim.epoch, claim.wanted);
    }

    /** True if the peer is to give its standby up. */
    boolean drops() {
        Claim open = pending();
        return open != null && open.way == Way.DROP_BACKUP && !open.bySilence;
    }

    /** The peer was heard: what silence said of it is void. */
    void heard() {
        if (claim != null && claim.bySilence) {
            claim = null;
        }
    }

    /**
     * What had to be on disk is not.
     *
     * @return true if it was the epoch of a claim, which this host does not take part in yet
     */
    boolean persistFailed() {
        boolean claimed = claim != null;
        claim = null;
        sole.endFailed();
        return claimed;
    }

    // ---- time -----------------------------------------------------------------------------

    /** Adds what is due to a decision that changes nothing. */
    Decision onTick(Decision judged, long nowNs) {
        if (!witnessed || !judged.reason().isEmpty()) {
            return judged;
        }
        Claim open = pending();
        if (open != null
                && open.way == Way.SERVE
                && nowNs - open.sinceNs >= timing.startAloneNs()) {
            return use(open, "; the witness does not answer, but nobody else can serve", nowNs);
        }
        List<Action> actions = new ArrayList<>(judged.actions());
        if (open != null && nowNs - askedNs >= timing.askEveryNs(asked)) {
            actions.add(question(nowNs));
        }
        if (reportsSoon || nowNs - reportedNs >= timing.reportEveryNs()) {
            reportedNs = nowNs;
            reportsSoon = false;
            actions.add(new Action.AskWitness(lives.current(), standing(), reign.epoch(), 0));
        }
        if (reign.inRoleForNs(nowNs) > timing.periodNs()) {
            sole.due().ifPresent(actions::add);
        }
        return new Decision(judged.role(), actions, "");
    }

    // ---- answers --------------------------------------------------------------------------

    /** What the witness answered. */
    Decision onAnswer(WitnessAnswer answer, long nowNs) {
        if (answer.verdict() == WitnessAnswer.Verdict.OTHER_LIFE) {
            if (!lives.follow(answer.life())) {
                return stay();
            }
            reportedNs = nowNs - timing.reportEveryNs();
            return pending() == null ? stay() : stay(question(nowNs));
        }
        if (answer.life() != lives.current()) {
            return stay();
        }
        if (nowNs - Math.max(askedNs, reportedNs) > OpenQuestions.ANSWER_LIMIT_NS) {
            // It waited while this host did not run, by a clock that ran on.
            return pending() == null ? stay() : stay(question(nowNs));
        }
        last = answer;
        heardNs = nowNs;
        reign.witnessHas(answer.highest());
        Claim open = pending();
        boolean answers = open != null && answer.wanted() == open.wanted;
        return switch (answer.verdict()) {
            case GRANTED -> answers ? granted(open, nowNs) : unused(nowNs);
            case REFUSED -> answers ? refused(open, nowNs) : stay();
            case NOTED -> open == null ? unused(nowNs) : stay();
            case OTHER_LIFE, NOT_ADMITTED, BROKEN -> stay();
        };
    }

    private Decision granted(Claim open, long nowNs) {
        reign.use(open.wanted);
        return use(open, WITNESSED + open.wanted, nowNs);
    }

    private Decision use(Claim open, String how, long nowNs) {
        claim = null;
        String why = open.why + how;
        return switch (open.way) {
            case TAKE_OVER -> reign.takeOver(why, nowNs);
            case SERVE -> reign.serve(why, nowNs);
            case DROP_BACKUP -> {
                if (open.bySilence) {
                    peer.giveUp();
                }
                yield reign.dropBackup(why, nowNs);
            }
        };
    }

    private Decision refused(Claim open, long nowNs) {
        claim = null;
        if (last.holder().isOnly(self)) {
            // An earlier grant of this host was higher: ask for one above it.
            return ask(open.way, open.why, open.bySilence, nowNs);
        }
        if (open.way == Way.SERVE) {
            sole.lose();
            return stay();
        }
        String why = "the witness granted epoch " + last.highest() + " to the other host";
        return reign.fenceAndKill(why, false, nowNs);
    }

    /**
     * The witness holds a grant for this host that it did not use, and lets nobody else succeed the
     * reign that goes on: the pair has to begin one that is later.
     */
    private Decision unused(long nowNs) {
        if (last.highest() <= reign.epoch() || !last.holder().isOnly(self)) {
            return stay();
        }
        String why = "the witness granted epoch " + last.highest() + ", which was not used";
        return switch (reign.role()) {
            case OFFERING, PRIMARY -> reign.dropBackup(why, nowNs);
            case JOINING, BACKUP -> reign.fenceAndKill(why, false, nowNs);
            default -> stay();
        };
    }

    // ---- an operator ----------------------------------------------------------------------

    /**
     * An operator says that the other host is off: what this host waits for may begin.
     *
     * @return empty if it waits for nothing
     */
    Optional<Decision> peerIsOff(String why, long nowNs) {
        Claim open = pending();
        if (open == null) {
            return Optional.empty();
        }
        reportsSoon();
        return Optional.of(use(open, "; " + why, nowNs));
    }

    /**
     * The witness granted nothing of what begins now: it hears of it with the next tick, so that a
     * host that was declared off, and comes back, is not granted the same.
     */
    void reportsSoon() {
        reportsSoon = true;
    }

    WitnessView view(long nowNs) {
        Claim open = pending();
        boolean sound = last != null && last.holder() != Holder.NOBODY;
        return new WitnessView(
                witnessed,
                nowNs - heardNs,
                sound && last.verdict() != WitnessAnswer.Verdict.BROKEN,
                last == null ? 0 : last.highest(),
                last == null ? Holder.NOBODY : last.holder(),
                open == null ? "" : open.why + ", epoch " + open.wanted,
                sole.held());
    }

    private Decision stay(Action... actions) {
        return Decision.stay(reign.role(), actions);
    }
}
