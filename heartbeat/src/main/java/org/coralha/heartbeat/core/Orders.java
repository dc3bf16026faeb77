package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * What an operator may ask of this host. A refusal is a decision without actions whose reason says
 * why, and what to do.
 */
final class Orders {
    private final Timing timing;
    private final PeerSession peer;
    private final Reign reign;
    private final Vigil vigil;
    private final Pause pause;
    private final Succession succession;

    Orders(
            Timing timing,
            PeerSession peer,
            Reign reign,
            Vigil vigil,
            Pause pause,
            Succession succession) {
        this.timing = timing;
        this.peer = peer;
        this.reign = reign;
        this.vigil = vigil;
        this.pause = pause;
        this.succession = succession;
    }

    /** Fences this host and asks the peer to take over, which it does when it hears of it. */
    Decision switchover(int unprotected, boolean force, long nowNs) {
        String obstacle = obstacle();
        if (obstacle.isEmpty() && unprotected > 0 && !force) {
            obstacle =
                    "unprotected connections: "
                            + unprotected
                            + ", opened before the pair was in duplex; they end with their next"
                            + " reply: wait for that, or lose them with --force";
        }
        return obstacle.isEmpty()
                ? reign.handOver("switchover: the peer is asked to take over", nowNs)
                : refuse(obstacle);
    }

    private String obstacle() {
        PeerBeat beat = peer.last();
        return switch (reign.role()) {
            case PRIMARY -> ofPeer(beat);
            case BACKUP -> "this host is the backup: ask the primary, which is the other host";
            case SIMPLEX, SHARING, OFFERING ->
                    "the pair is not in duplex: "
                            + (peer.present()
                                    ? "the peer has not joined"
                                    : "the peer is not there");
            default -> "this host does not serve, it is " + reign.role();
        };
    }

    private String ofPeer(PeerBeat beat) {
        if (!peer.present() || peer.silenceNs() >= timing.suspicionNs() || !vigil.carrier()) {
            return "the peer is not heard";
        }
        if (beat.role() != ServiceRole.BACKUP || beat.epoch() != reign.epoch()) {
            return "the peer says that it is " + beat.role() + " in epoch " + beat.epoch();
        }
        if (!beat.configMatches()) {
            return "the peer could not join any more: " + beat.configProblem();
        }
        if (!beat.jettyReady()) {
            return "the peer's Jetty is not ready";
        }
        return beat.logLink() && reign.jetty.hasLogLink() ? "" : "the reply log is interrupted";
    }

    /** Takes this host out of the pair; the service goes on at the peer, if there is one. */
    Decision stop(int unprotected, boolean force, long nowNs) {
        String why = "an operator stops this host";
        return switch (reign.role()) {
            case PRIMARY -> {
                Decision moved = switchover(unprotected, force, nowNs);
                boolean moves = moved.role() != HostRole.PRIMARY;
                if (moves) {
                    reign.wantsToLeave();
                }
                yield moves || !force ? moved : reign.leave(why, nowNs);
            }
            case SIMPLEX, SHARING, OFFERING, CUT_PRIMARY, CUT_SIMPLEX ->
                    force
                            ? reign.leave(why, nowNs)
                            : refuse(
                                    obstacle()
                                            + ": without this host nobody would serve, --force"
                                            + " stops it all the same");
            case DETACHED, IDLE, JOINING, BACKUP, FENCED -> reign.leave(why, nowNs);
        };
    }

    Decision pause(long forNs, long nowNs) {
        boolean duplex = reign.role() == HostRole.PRIMARY || reign.role() == HostRole.BACKUP;
        if (!duplex || !peer.present() || peer.silenceNs() >= timing.suspicionNs()) {
            return refuse("the pair is not in duplex: there is no failover to pause");
        }
        pause.order(forNs, nowNs);
        return Decision.stay(reign.role(), new Action.Announce(1, false));
    }

    /**
     * The peer is off, an operator says: what needs its word, or a grant, may begin. Not before
     * this host has listened for long enough to hear that it is on.
     */
    Decision serve(long nowNs) {
        String why = "an operator says that the peer is off";
        String doubt = doubt(nowNs);
        if (!doubt.isEmpty()) {
            return refuse(doubt);
        }
        if (reign.role() == HostRole.IDLE) {
            succession.reportsSoon();
            return reign.serve(why, nowNs);
        }
        return succession
                .peerIsOff(why, nowNs)
                .orElseGet(() -> refuse("this host waits for nothing, it is " + reign.role()));
    }

    /** What speaks against the word that the peer is off; empty if nothing does. */
    private String doubt(long nowNs) {
        if (!vigil.carrier()) {
            return "this host has no carrier: it may be the one that is cut off; see to its cable";
        }
        if (vigil.listens(nowNs)) {
            return "this host did not run for a moment and listens for the peer: try again";
        }
        if (peer.present() && peer.silenceNs() < timing.silenceNs()) {
            return "the peer is heard, it is " + peer.last().role();
        }
        return !peer.present() && peer.silenceNs() < timing.staleNs()
                ? "this host has listened for the peer for too short a time: try again in a moment"
                : "";
    }

    Decision resume(long nowNs) {
        pause.order(0, nowNs);
        return Decision.stay(reign.role(), new Action.Announce(1, false));
    }

    private Decision refuse(String why) {
        return Decision.refused(reign.role(), why);
    }
}
