package org.coralha.heartbeat.core;

import java.util.List;
import org.coralha.pair.ServiceRole;

/** What a fresh heartbeat of the peer means in each state. */
final class BeatRules {
    private final boolean preferred;
    private final Timing timing;
    private final Vigil vigil;
    private final Reign reign;
    private final JettyState jetty;

    BeatRules(boolean preferred, Timing timing, Vigil vigil, Reign reign) {
        this.preferred = preferred;
        this.timing = timing;
        this.vigil = vigil;
        this.reign = reign;
        this.jetty = reign.jetty;
    }

    private HostRole role() {
        return reign.role();
    }

    /** While Jetty holds no role. */
    Decision atRest(PeerBeat beat, long nowNs) {
        if (!beat.configMatches()) {
            return new Decision(
                    role(),
                    List.of(new Action.Refuse(beat.configProblem())),
                    "refused to pair: " + beat.configProblem());
        }
        if (role() == HostRole.FENCED) {
            boolean covered = beat.role() == ServiceRole.SIMPLEX && beat.addressProven();
            // What the router had sent here before it learned may still be on its way.
            boolean arrived = reign.inRoleForNs(nowNs) >= timing.silenceNs();
            return covered && arrived ? reign.endForwarding() : stay();
        }
        return role() == HostRole.IDLE && vigil.carrier() ? whileIdle(beat, nowNs) : stay();
    }

    private Decision whileIdle(PeerBeat beat, long nowNs) {
        boolean waited = jetty.readyForNs(nowNs) >= timing.startAloneNs();
        return switch (beat.role()) {
            case PRIMARY ->
                    beat.epoch() > Math.max(reign.epoch(), reign.floor()) && jetty.hasLogLink()
                            ? reign.join(beat.epoch(), nowNs)
                            : stay();
            case SIMPLEX, BACKUP -> stay();
            case FENCED ->
                    // A peer that is only cut off still has its Jetty and may come back to serve.
                    beat.jettyReady() ? stay() : reign.serve("the peer is fenced", nowNs);
            case IDLE -> {
                if (beat.jettyReady()) {
                    yield preferred ? reign.serve("cold start, preferred host", nowNs) : stay();
                }
                yield waited ? reign.serve("the peer has no Jetty", nowNs) : stay();
            }
        };
    }

    /** While Jetty holds a role, and nobody is deposed by the heartbeat. */
    Decision inRole(PeerBeat beat, long nowNs) {
        boolean isBackup = beat.role() == ServiceRole.BACKUP && beat.epoch() == reign.epoch();
        return switch (role()) {
            case SIMPLEX ->
                    canJoin(beat) && vigil.carrier() && reign.mayShareAgain(nowNs)
                            ? reign.share(nowNs)
                            : stay();
            case SHARING ->
                    canJoin(beat)
                            ? stay()
                            : reign.dropBackup("the peer cannot join any more", nowNs);
            case OFFERING -> {
                if (isBackup) {
                    yield reign.primary(nowNs);
                }
                yield canJoin(beat)
                        ? stay()
                        : reign.dropBackup("the peer left before it was the backup", nowNs);
            }
            case PRIMARY ->
                    isBackup
                            ? stay()
                            : reign.dropBackup("the backup says that it is " + beat.role(), nowNs);
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
            // At once: what the primary sends next hangs on it.
            case PRIMARY -> stay(new Action.Announce(1, false));
            case SIMPLEX -> reign.fenceAndKill("dropped: the peer serves alone", false, nowNs);
            case IDLE, FENCED -> {
                if (beat.epoch() > reign.epoch()) {
                    // What it sent to clients in its later reign was never logged here.
                    yield reign.fenceAndKill(
                            "dropped: the peer served alone in epoch " + beat.epoch(),
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

    private Decision whileCut(PeerBeat beat, boolean isBackup, long nowNs) {
        if (isBackup) {
            // It has all that this host has, and takes over the moment it hears of the fence.
            return stay(new Action.Announce(1, false));
        }
        if (reign.mayBeReplacedBy(beat)) {
            return reign.fenceAndKill(
                    "replaced: the peer may have served these connections in epoch "
                            + Math.max(beat.epoch(), beat.floor()),
                    false,
                    nowNs);
        }
        boolean peerIsCut = beat.role() == ServiceRole.FENCED && beat.jettyReady();
        if (peerIsCut && beat.epoch() > reign.epoch()) {
            // Both would go on: the one that served last does.
            return reign.fenceAndKill("the peer served later and is cut off too", false, nowNs);
        }
        boolean peerIsOut = beat.role() == ServiceRole.IDLE || beat.role() == ServiceRole.FENCED;
        return peerIsOut && vigil.carrier()
                ? reign.serve("connected again, the peer does not serve", nowNs)
                : stay();
    }

    private Decision stay(Action... actions) {
        return Decision.stay(role(), actions);
    }
}
