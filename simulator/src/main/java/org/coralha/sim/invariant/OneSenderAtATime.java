package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * Never two senders, whatever their epochs are. A host that the peer may replace is silent before
 * the peer speaks, also if it was stopped or cut off. Two hosts that serve alone are excused only
 * if a network fault happened that two hosts cannot tell from a crash.
 */
final class OneSenderAtATime {
    private final Scene scene;
    private boolean wereTwo;

    OneSenderAtATime(Scene scene) {
        this.scene = scene;
    }

    /** True once two hosts served at the same time and were excused. */
    boolean wereTwo() {
        return wereTwo;
    }

    /** Each has the address, or will have it when its cable is back. */
    void bothServeAlone() {
        wereTwo |= scene.isAmbiguous() || scene.isTimeHidden();
    }

    void bothSend() {
        if (scene.isTimeHidden()) {
            return;
        }
        if (scene.onPeersLease(HostId.A) || scene.onPeersLease(HostId.B)) {
            throw new Broken(getClass(), "two senders, one of them on the other's lease");
        }
        if (!scene.isAmbiguous()) {
            throw new Broken(getClass(), "two senders without a network fault");
        }
    }
}
