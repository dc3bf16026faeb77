package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * What the silence of the peer means: whether this host may conclude that the peer is gone, or must
 * conclude that it is cut off itself.
 *
 * <p>A host that could not hear anybody knows nothing of what the peer did in that time: the peer
 * may have served alone. So when the host can hear again the silence counts from the start, and
 * replicas that missed what a client sent are never put to use.
 */
final class Vigil {
    private final Timing timing;
    private final PeerSession peer;
    private final Outside outside;
    private final Outside outsideOfDeafPeer;
    private final Reign reign;
    private final Pause pause;
    private boolean carrier = true;
    private boolean deaf;
    private long listenUntilNs = Long.MIN_VALUE;

    Vigil(Timing timing, PeerSession peer, Reign reign, Pause pause) {
        this.timing = timing;
        this.peer = peer;
        this.outside = new Outside(timing);
        this.outsideOfDeafPeer = new Outside(timing);
        this.reign = reign;
        this.pause = pause;
    }

    /** True if the interface has carrier. */
    boolean carrier() {
        return carrier;
    }

    /** The peer was heard. */
    void heard() {
        outside.calm();
        // A host that is cut has more to wait for than one heartbeat, which may be an old one.
        deaf &= isCut();
    }

    private boolean isCut() {
        return reign.role() == HostRole.CUT_PRIMARY || reign.role() == HostRole.CUT_SIMPLEX;
    }

    /** This host did not run for so long that the peer may have taken over. */
    void slept(long nowNs) {
        deaf = true;
        listenUntilNs = nowNs + timing.silenceNs();
        outside.calm();
    }

    /** True for a silence limit after this host slept: a peer that serves is heard by then. */
    boolean listens(long nowNs) {
        return nowNs < listenUntilNs;
    }

    Decision onCarrier(boolean up, long nowNs) {
        boolean changed = carrier != up;
        carrier = up;
        if (!changed) {
            return stay();
        }
        deaf = true;
        outside.calm();
        if (up) {
            peer.restartSilence();
            return stay();
        }
        return pause.isPaused() ? stay() : withoutCarrier(nowNs);
    }

    private Decision withoutCarrier(long nowNs) {
        return switch (reign.role()) {
            case SIMPLEX, SHARING, OFFERING, PRIMARY -> cut("carrier lost", nowNs);
            case JOINING, BACKUP ->
                    reign.fenceAndKill(
                            "carrier lost: the copies of the connections are stale", false, nowNs);
            case DETACHED, IDLE, CUT_PRIMARY, CUT_SIMPLEX, FENCED -> stay();
        };
    }

    Decision onOutsideAnswer(long sentNs, long nowNs) {
        outside.answered(sentNs, nowNs);
        outsideOfDeafPeer.answered(sentNs, nowNs);
        return judge(nowNs);
    }

    /** Automatic failover is not paused any more: what was not heard until now proves nothing. */
    Decision pauseOver(long nowNs) {
        peer.restartSilence();
        outside.calm();
        return carrier ? stay() : withoutCarrier(nowNs);
    }

    /** Draws the conclusion that is due now; none while an operator has paused that. */
    Decision judge(long nowNs) {
        if (pause.isPaused()) {
            return stay();
        }
        if (reign.role() == HostRole.SIMPLEX && peer.silenceNs() >= timing.silenceNs()) {
            peer.giveUpUnlessReady();
        }
        if (peerIsDeaf(nowNs)) {
            return outsideOfDeafPeer.reachable(nowNs)
                    ? reign.serve("the peer hears nobody", nowNs)
                    : outsideOfDeafPeer
                            .probe(timing.slowProbeEveryNs(), nowNs)
                            .map(this::stay)
                            .orElseGet(this::stay);
        }
        outsideOfDeafPeer.calm();
        if (!carrier || !awaitsPeer(nowNs) || peer.silenceNs() < timing.suspicionNs()) {
            return stay();
        }
        if (peer.silenceNs() >= timing.silenceNs() && outside.reachable(nowNs)) {
            return deaf ? hearsAgain() : peerIsSilent(nowNs);
        }
        if (peer.silenceNs() >= timing.cutNs()) {
            deaf = true;
            if (reign.role().sends()) {
                return cut("neither the peer nor an outside host answers", nowNs);
            }
        }
        if (peer.silenceNs() >= timing.staleNs() && standsBy()) {
            return reign.fenceAndKill(
                    "nobody answers: the copies of the connections are stale", false, nowNs);
        }
        boolean hurry = peer.silenceNs() < 4 * timing.silenceNs();
        long everyNs = hurry ? timing.probeEveryNs() : timing.slowProbeEveryNs();
        return outside.probe(everyNs, nowNs).map(this::stay).orElseGet(this::stay);
    }

    /**
     * True if the peer is heard and does not serve, but has not heard this host for so long that it
     * would serve by itself if it heard anybody outside. A peer that says that it serves is left
     * alone: two hosts that cannot hear each other both may.
     */
    private boolean peerIsDeaf(long nowNs) {
        long limitNs = 2 * timing.startAloneNs();
        return reign.role() == HostRole.IDLE
                && carrier
                && !listens(nowNs)
                && peer.present()
                && !peer.lastServed()
                && peer.last().role() != ServiceRole.BACKUP
                && peer.silenceNs() < timing.silenceNs()
                && peer.unheardNs() >= limitNs
                && reign.jetty.readyForNs(nowNs) >= limitNs;
    }

    private boolean standsBy() {
        return reign.role() == HostRole.JOINING || reign.role() == HostRole.BACKUP;
    }

    private boolean awaitsPeer(long nowNs) {
        return switch (reign.role()) {
            case DETACHED, FENCED -> false;
            case IDLE ->
                    (peer.present() && peer.lastServed())
                            || reign.jetty.readyForNs(nowNs) >= timing.startAloneNs();
            case CUT_PRIMARY, CUT_SIMPLEX, JOINING, BACKUP -> true;
            case SIMPLEX, SHARING, OFFERING, PRIMARY -> peer.present();
        };
    }

    /** The peer gets a whole silence limit to say what it did in the meantime. */
    private Decision hearsAgain() {
        deaf = false;
        peer.restartSilence();
        outside.calm();
        return stay();
    }

    private Decision peerIsSilent(long nowNs) {
        return switch (reign.role()) {
            case IDLE -> reign.serve("alone: the peer is silent", nowNs);
            case JOINING, BACKUP -> reign.takeOver("the primary is silent", nowNs);
            case SHARING, OFFERING, PRIMARY -> {
                peer.giveUp();
                yield reign.dropBackup("the backup is silent", nowNs);
            }
            case SIMPLEX -> {
                peer.giveUp();
                outside.calm();
                yield stay();
            }
            case CUT_PRIMARY, CUT_SIMPLEX ->
                    reign.wasStoodBy()
                            ? reign.fenceAndKill(
                                    "the peer is silent and may have served these connections",
                                    false,
                                    nowNs)
                            : reign.serve("connected again, the peer is silent", nowNs);
            case DETACHED, FENCED -> stay();
        };
    }

    private Decision cut(String why, long nowNs) {
        deaf = true;
        outside.calm();
        return reign.cut(why, nowNs);
    }

    private Decision stay(Action... actions) {
        return Decision.stay(reign.role(), actions);
    }
}
