package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * With a witness there are never two senders, whatever is partitioned, restarted or lost; only time
 * that a hypervisor has hidden from a host excuses them. Nor are two hosts ever switched to serve
 * alone, so that only a pulled cable keeps one of them from being heard, unless the peer's lease is
 * what lets one of them speak.
 */
final class OneSenderWithAWitness {
    private final Scene scene;

    OneSenderWithAWitness(Scene scene) {
        this.scene = scene;
    }

    void bothServeAlone() {
        boolean onLease = scene.onPeersLease(HostId.A) || scene.onPeersLease(HostId.B);
        if (scene.isWitnessed() && !scene.isTimeHidden() && !onLease) {
            throw new Broken(getClass(), "two hosts serve alone");
        }
    }

    void bothSend() {
        if (scene.isWitnessed() && !scene.isTimeHidden()) {
            throw new Broken(getClass(), "two senders");
        }
    }
}
