package org.coralha.heartbeat.core;

import java.util.ArrayList;
import java.util.List;
import org.coralha.pair.ServiceRole;

/** What a fresh heartbeat of the peer means in each state. */
final class BeatRules {
    private final boolean preferred;
    private final Timing timing;
    private final PeerSession peer;
    private final Vigil vigil;
    private final Reign reign;
    private final Succession succession;
    private final SoleRight sole;
    private final JettyState jetty;
    private long echo;
    private long echoedNs = Long.MIN_VALUE / 2;

    BeatRules(
            boolean preferred,
            Timing timing,
            PeerSession peer,
            Vigil vigil,
            Reign reign,
            Succession succession,
            SoleRight sole) {
        this.preferred = preferred;
        this.timing = timing;
        this.peer = peer;
        this.vigil = vigil;
        this.reign = reign;
        this.succession = succession;
        this.sole = sole;
        this.jetty = reign.jetty;
    }

    private HostRole role() {
        return reign.role();
    }

    /**
     * A fresh heartbeat was counted.
     *
     * @param listens true if it may be older than a sleep of this host
     */
    void counted(boolean listens, long nowNs) {
        boolean hearsUs = peer.countedEcho() != echo && !listens;
        echo = peer.countedEcho();
        echoedNs = hearsUs ? nowNs : echoedNs;
    }

    /** While Jetty holds no role. */
    Decision atRest(PeerBeat beat, long nowNs) {
        if (!beat.configMatches()) {
            return new Decision(
                    role(),
                    List.of(new Action.Refuse(beat.configProblem())),
                    "refused to pair: " + beat.configProblem());
        }
        if (beat.role().serves() && beat.epoch() > sole.epoch()) {
            sole.lose(); // it serves in a later reign, on an operator's word
        }
        if (beat.drops()) {
            reign.decline(beat.epoch());
            return stay(new Action.Announce(1, false));
        }
        if (sole.held() && role() != HostRole.IDLE && peer.waitsToServe()) {
            return yieldRight();
        }
        if (role() == HostRole.FENCED) {
            boolean covered = beat.role() == ServiceRole.SIMPLEX && beat.addressProven();
            // What the router had sent here before it learned may still be on its way.
            boolean arrived = reign.inRoleForNs(nowNs) >= timing.silenceNs();
            return covered && arrived ? reign.endForwarding() : stay();
        }
        return role() == HostRole.IDLE && vigil.carrier() ? whileIdle(beat, nowNs) : stay();
    }

    private Decision yieldRight() {
        List<Action> actions = new ArrayList<>();
        sole.end().ifPresent(actions::add);
        actions.add(new Action.Announce(1, false));
        return new Decision(role(), actions, "");
    }

    /**
     * True if the peer has said what it says now since it could know that this host is ready. Where
     * a second sender is excluded, it must have heard that: it may have acted on what it heard
     * before, and what it said before may come late.
     */
    private boolean heardAll(long nowNs) {
        // What the peer decided when this host was not ready yet is heard by then.
        return succession.witnessed()
                ? peer.knowsTurn()
                : reign.inRoleForNs(nowNs) >= timing.hearingNs();
    }

    private Decision whileIdle(PeerBeat beat, long nowNs) {
        if (!beat.role().serves() && sole.held() && beat.epoch() > sole.epoch()) {
            // It had a part in a later reign, on an operator's word: this right is void.
            return yieldRight();
        }
        if (beat.claims() && !beat.role().serves()) {
            boolean later = Math.max(beat.epoch(), beat.floor()) > sole.epoch();
            return sole.held() && later ? yieldRight() : stay();
        }
        boolean waited = jetty.readyForNs(nowNs) >= timing.startAloneNs();
        boolean heardAll = heardAll(nowNs);
        return switch (beat.role()) {
            case PRIMARY ->
                    beat.epoch() > Math.max(reign.epoch(), reign.floor()) && jetty.hasLogLink()
                            ? reign.join(beat.epoch(), nowNs)
                            : stay();
            case SIMPLEX, BACKUP -> stay();
            case FENCED ->
                    // A peer that is only cut off still has its Jetty and may come back to serve.
                    beat.jettyReady() || !heardAll
                            ? stay()
                            : reign.serve("the peer is fenced", nowNs);
            case IDLE -> {
                if (beat.jettyReady()) {
                    // Which of two hosts that are ready begins.
                    yield heardAll && (preferred || sole.held())
                            ? reign.serve("cold start, preferred host", nowNs)
                            : stay();
                }
                yield waited && (heardAll || !succession.witnessed())
                        ? reign.serve("the peer has no Jetty", nowNs)
                        : stay();
            }
        };
    }

    /** While Jetty holds a role, and nobody is deposed by the heartbeat. */
    Decision inRole(PeerBeat beat, long nowNs) {
        boolean isBackup = beat.role() == ServiceRole.BACKUP && beat.epoch() == reign.epoch();
        if (role().stoodBy()) {
            if (reign.mayBeReplacedBy(beat) && !trusts(beat, nowNs)) {
                return replaced(beat, nowNs);
            }
            vigil.otherHalfHeard();
        }
        return switch (role()) {
            case SIMPLEX ->
                    canJoin(beat) && vigil.carrier() && reign.mayShareAgain(nowNs)
                            ? reign.share(nowNs)
                            : stay();
            case SHARING ->
                    canJoin(beat)
                            ? stay()
                            : succession.drop("the peer cannot join any more", beat, nowNs);
            case OFFERING -> {
                if (isBackup) {
                    yield reign.primary(nowNs);
                }
                yield canJoin(beat) && !succession.declined(beat)
                        ? stay()
                        : succession.drop("the peer left before it was the backup", beat, nowNs);
            }
            case PRIMARY ->
                    isBackup
                            ? stay()
                            : succession.drop(
                                    "the backup says that it is " + beat.role(), beat, nowNs);
            case JOINING, BACKUP -> ofPrimary(beat, nowNs);
            case CUT_PRIMARY, CUT_SIMPLEX -> whileCut(beat, isBackup, nowNs);
            case DETACHED, IDLE, FENCED -> stay();
        };
    }

    private boolean canJoin(PeerBeat beat) {
        return beat.role() == ServiceRole.IDLE
                && beat.jettyReady()
                && beat.configMatches()
                && beat.logLink()
                && jetty.hasLogLink();
    }

    private Decision ofPrimary(PeerBeat beat, long nowNs) {
        return switch (beat.role()) {
            case BACKUP -> stay();
            case PRIMARY -> {
                vigil.otherHalfHeard();
                if (beat.drops()) {
                    yield reign.fenceAndKill("dropped: the primary goes on alone", false, nowNs);
                }
                // At once: what the primary sends next hangs on it.
                yield stay(new Action.Announce(1, false));
            }
            case SIMPLEX -> reign.fenceAndKill("dropped: the peer serves alone", false, nowNs);
            case IDLE, FENCED -> {
                if (vigil.mayBeStale() && beat.epoch() < reign.epoch()) {
                    yield reign.fenceAndKill(
                            "the primary's daemon started anew while this host did not run: the"
                                    + " copies may be stale",
                            false,
                            nowNs);
                }
                if (beat.epoch() > reign.epoch() || beat.claims()) {
                    // What it sent to clients in its later reign was never logged here.
                    yield reign.fenceAndKill(
                            "dropped: the peer served alone in epoch "
                                    + Math.max(beat.epoch(), beat.floor()),
                            false,
                            nowNs);
                }
                yield reign.takeOver(whyTakeOver(beat), nowNs);
            }
        };
    }

    private static String whyTakeOver(PeerBeat beat) {
        if (beat.yields()) {
            return "switchover: the primary yields";
        }
        return beat.lastGasp()
                ? "last gasp of the primary"
                : "the primary says that it is " + beat.role();
    }

    /**
     * True if a daemon that started anew did not serve before, although its floor, which may only
     * be reserved, is above this reign: a backup that heard this host waits for a silence limit and
     * then has to end and to start. Nor does anybody take over in a pause, unless it began when the
     * peer may have done so already. One that claims to have served alone is believed, whatever the
     * clock of this host says.
     */
    private boolean trusts(PeerBeat beat, long nowNs) {
        boolean tooSoon = nowNs - echoedNs < timing.noReignNs();
        return beat.epoch() <= reign.epoch()
                && !beat.claims()
                && (tooSoon || vigil.isPaused() && !vigil.doubtsCopies());
    }

    private Decision replaced(PeerBeat beat, long nowNs) {
        return reign.fenceAndKill(
                "replaced: the peer may have served these connections in epoch "
                        + Math.max(beat.epoch(), beat.floor()),
                false,
                nowNs);
    }

    private Decision whileCut(PeerBeat beat, boolean isBackup, long nowNs) {
        if (isBackup) {
            // It has all that this host has, and takes over the moment it hears of the fence.
            return stay(new Action.Announce(1, false));
        }
        if (reign.mayBeReplacedBy(beat)) {
            return replaced(beat, nowNs);
        }
        boolean peerIsCut = beat.role() == ServiceRole.FENCED && beat.jettyReady();
        if (peerIsCut && beat.epoch() > reign.epoch()) {
            // Both would go on: the one that served last does.
            return reign.fenceAndKill("the peer served later and is cut off too", false, nowNs);
        }
        boolean peerIsOut = beat.role() == ServiceRole.IDLE || beat.role() == ServiceRole.FENCED;
        if (peerIsOut && beat.claims() && Math.max(beat.epoch(), beat.floor()) > reign.epoch()) {
            // This host serves on an operator's word: of two that may serve alone the later one
            // does.
            return reign.fenceAndKill("the peer served alone in a later epoch", false, nowNs);
        }
        return peerIsOut && !beat.claims() && vigil.carrier()
                ? reign.serve("connected again, the peer does not serve", nowNs)
                : stay();
    }

    private Decision stay(Action... actions) {
        return Decision.stay(role(), actions);
    }
}
