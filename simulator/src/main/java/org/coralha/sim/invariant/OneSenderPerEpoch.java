package org.coralha.sim.invariant;

import java.util.HashMap;
import java.util.Map;
import org.coralha.pair.HostId;

/** At most one host ever sends from the advertised address in an epoch. */
final class OneSenderPerEpoch {
    private final Scene scene;
    private final Map<Long, HostId> reigns = new HashMap<>();

    OneSenderPerEpoch(Scene scene) {
        this.scene = scene;
    }

    /** A host may send from now on. */
    void begins(HostId host, long epoch) {
        HostId before = reigns.putIfAbsent(epoch, host);
        if (before != null && before != host) {
            throw new Broken(getClass(), "epoch " + epoch + " belongs to both hosts");
        }
    }

    void bothSend() {
        if (scene.epoch(HostId.A) == scene.epoch(HostId.B)) {
            throw new Broken(getClass(), "two senders in epoch " + scene.epoch(HostId.A));
        }
    }
}
