package org.coralha.heartbeat.core;

import java.util.Map;

/** What the parts of the core add up to: for the peer, and for people. */
final class Picture {
    private final PeerSession peer;
    private final Reign reign;
    private final Vigil vigil;
    private final Pause pause;
    private final Succession succession;

    Picture(PeerSession peer, Reign reign, Vigil vigil, Pause pause, Succession succession) {
        this.peer = peer;
        this.reign = reign;
        this.vigil = vigil;
        this.pause = pause;
        this.succession = succession;
    }

    OwnBeat beat(long nowNs) {
        PeerBeat counted = peer.last();
        return new OwnBeat(
                reign.epoch(),
                reign.floor(),
                reign.role().announced(),
                reign.jetty.isReady(),
                reign.jetty.hasLogLink(),
                reign.addressProven(),
                counted == null ? 0 : counted.incarnation(),
                counted == null ? 0 : counted.sequence(),
                reign.yielding(),
                succession.claims(),
                succession.drops(),
                peer.ownTurn(),
                counted == null ? 0 : counted.turn(),
                pause.last(nowNs));
    }

    CoreView view(Map<String, Long> counters, long nowNs) {
        return new CoreView(
                reign.role(),
                reign.epoch(),
                reign.jetty.processId(),
                reign.jetty.isReady(),
                reign.jetty.hasLogLink(),
                reign.jetty.role(),
                peer.present(),
                peer.silenceNs(),
                peer.last(),
                vigil.carrier(),
                reign.addressProven(),
                pause.last(nowNs),
                succession.view(nowNs),
                counters);
    }
}
