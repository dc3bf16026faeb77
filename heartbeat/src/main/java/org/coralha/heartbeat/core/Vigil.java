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
    private static final long NONE = -1;

    private final Timing timing;
    private final PeerSession peer;
    private final Outside outside;
    private final Outside outsideOfDeafPeer;
    private final Reign reign;
    private final Pause pause;
    private final Succession succession;
    private boolean carrier = true;
    private boolean deaf;
    private long doubtedEpoch = NONE;
    private long heardNs;
    private long heardSinceNs;
    private long listenUntilNs = Long.MIN_VALUE;

    Vigil(Timing timing, PeerSession peer, Reign reign, Pause pause, Succession succession) {
        this.timing = timing;
        this.peer = peer;
        this.outside = new Outside(timing);
        this.outsideOfDeafPeer = new Outside(timing);
        this.reign = reign;
        this.pause = pause;
        this.succession = succession;
    }

    /** True if an operator has paused what is concluded from silence. */
    boolean isPaused() {
        return pause.isPaused();
    }

    /** True if the interface has carrier. */
    boolean carrier() {
        return carrier;
    }

    /** The peer was heard. */
    void heard(long nowNs) {
        boolean again = nowNs - heardNs >= timing.silenceNs();
        heardSinceNs = again ? nowNs : heardSinceNs;
        heardNs = nowNs;
        outside.calm();
        // A host that is cut has more to wait for than one heartbeat, which may be an old one.
        deaf &= isCut();
    }

    private boolean isCut() {
        return reign.role() == HostRole.CUT_PRIMARY || reign.role() == HostRole.CUT_SIMPLEX;
    }

    /** This host did not run for so long that the peer may have taken over. */
    void slept(long forNs, long nowNs) {
        deaf = true;
        if (forNs >= timing.silenceNs()) {
            doubtCopies();
        }
        listenUntilNs = nowNs + timing.silenceNs();
        outside.calm();
    }

    /**
     * This host did not run for so long: heartbeats may have been lost meanwhile. What a backup has
     * not counted renews no lease of its primary, but a peer that serves alone renews its own with
     * each, so the silence of such a one counts from here.
     */
    void missed(long forNs) {
        if (forNs >= timing.periodNs() && reign.role() == HostRole.IDLE) {
            peer.restartSilence();
        }
    }

    /** The other half of the pair may have gone on alone, and may end before it says so. */
    private void doubtCopies() {
        if (standsBy() || reign.role().stoodBy()) {
            doubtedEpoch = reign.epoch();
            peer.nextTurn();
        }
    }

    /**
     * The peer says that it still is the other half of the pair: it has not gone on alone, if it
     * said so after it had heard of the doubt. What is older may have been on its way, or recorded.
     */
    void otherHalfHeard() {
        if (doubtedEpoch != NONE && peer.knowsTurn()) {
            doubtedEpoch = NONE;
        }
    }

    /**
     * True if this host did not run, or reached nobody, for so long that the other half of the pair
     * may have gone on alone, and has not heard it since: what was sent meanwhile was never logged
     * here. A witness knows, and is asked instead.
     */
    boolean doubtsCopies() {
        return doubtedEpoch == reign.epoch() && !succession.witnessed();
    }

    /** As {@link #doubtsCopies}, for a word of the peer, on which no witness is asked. */
    boolean mayBeStale() {
        return doubtedEpoch == reign.epoch();
    }

    /** True for a silence limit after this host slept: a peer that serves is heard by then. */
    boolean listens(long nowNs) {
        return nowNs < listenUntilNs;
    }

    /**
     * True if the peer can be judged by what it does: it is heard, what was heard is not older than
     * a sleep of this host, and it has not gone on alone meanwhile.
     */
    boolean hears(long nowNs) {
        return peer.present()
                && nowNs - heardNs < timing.suspicionNs()
                && !listens(nowNs)
                && !doubtsCopies();
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
        long silenceNs = silenceNs();
        if (!carrier || !awaitsPeer(nowNs) || silenceNs < timing.suspicionNs()) {
            return stay();
        }
        if (silenceNs >= timing.silenceNs() && outside.reachable(nowNs)) {
            return deaf ? hearsAgain() : peerIsSilent(nowNs);
        }
        if (silenceNs >= timing.aloneNs() && outside.isSilent()) {
            doubtCopies();
        }
        if (silenceNs >= timing.cutNs()) {
            deaf = true;
            if (reign.role().sends()) {
                return cut("neither the peer nor an outside host answers", nowNs);
            }
        }
        if (silenceNs >= timing.staleNs() && standsBy()) {
            return reign.fenceAndKill(
                    "nobody answers: the copies of the connections are stale", false, nowNs);
        }
        boolean hurry = silenceNs < 4 * timing.silenceNs();
        long everyNs = hurry ? timing.probeEveryNs() : timing.slowProbeEveryNs();
        return outside.probe(everyNs, nowNs).map(this::stay).orElseGet(this::stay);
    }

    /**
     * For how long the peer has been silent, less the patience that a host without a part in the
     * reign has with one that serves alone: it carries nobody's connections, so serving in place of
     * a peer that only stood still would end them all.
     */
    private long silenceNs() {
        boolean newcomer = reign.role() == HostRole.IDLE && peer.present() && peer.lastServed();
        return peer.silenceNs() - (newcomer ? timing.newcomerPatienceNs() : 0);
    }

    /**
     * True if the peer is heard all the time and does not serve, but has not heard this host for so
     * long that it would serve by itself if it heard anybody outside. A peer that says that it
     * serves is left alone: two hosts that cannot hear each other both may.
     */
    private boolean peerIsDeaf(long nowNs) {
        long limitNs = 2 * timing.startAloneNs();
        return reign.role() == HostRole.IDLE
                && carrier
                && !listens(nowNs)
                && peer.present()
                && !peer.lastServed()
                && !peer.last().claims()
                && peer.last().role() != ServiceRole.BACKUP
                && nowNs - heardNs < timing.silenceNs()
                && nowNs - heardSinceNs >= limitNs
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
            case IDLE -> succession.serveAlone("alone: the peer is silent", nowNs);
            case JOINING, BACKUP ->
                    doubtsCopies()
                            ? leftBehind(nowNs)
                            : succession.takeOver("the primary is silent", nowNs);
            case SHARING, OFFERING, PRIMARY ->
                    doubtsCopies() && reign.role().stoodBy()
                            ? leftBehind(nowNs)
                            : succession.dropSilent("the backup is silent", nowNs);
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

    private Decision leftBehind(long nowNs) {
        return reign.fenceAndKill(
                "the peer is silent and may have gone on with these connections while this host did"
                        + " not run",
                false,
                nowNs);
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
