package org.coralha.sim;

import org.coralha.sim.engine.Chance;

/**
 * The way of heartbeats from one host to the other: loses, duplicates, delays and thereby reorders.
 * Of what it loses, half arrives damaged instead. A recorded datagram comes back at any time.
 */
final class PeerWire {
    private static final int RECORDED = 16;
    private static final long BASE_NS = 100_000;

    private final World world;
    private final SimHost from;
    private final byte[][] recorded = new byte[RECORDED][];
    private int recordedCount;
    private byte[] lastGasp;
    boolean open = true;
    int lossPercent;
    int duplicatePercent;
    long jitterNs;

    PeerWire(World world, SimHost from) {
        this.world = world;
        this.from = from;
    }

    boolean loses() {
        return world.chance.percent(lossPercent);
    }

    long delayNs() {
        return BASE_NS + (jitterNs > 0 ? world.chance.between(0, jitterNs) : 0);
    }

    boolean passes() {
        return open && from.cable && from.peer().cable;
    }

    void carry(byte[] datagram, boolean saysLastGasp) {
        record(datagram, saysLastGasp);
        deliver(datagram);
        if (world.chance.percent(duplicatePercent)) {
            deliver(datagram);
        }
    }

    private void deliver(byte[] datagram) {
        if (!passes() || from.frozen) {
            return;
        }
        if (!loses()) {
            arrive(datagram, true, delayNs());
        } else if (world.noise.oneIn(2)) {
            arrive(Damage.of(datagram, world.noise), false, BASE_NS);
        }
    }

    /** Somebody sends to the host at the end of this way what is not of its peer. */
    void intrude(byte[] datagram) {
        if (from.peer().cable) {
            arrive(datagram, false, BASE_NS);
        }
    }

    private void arrive(byte[] datagram, boolean genuine, long delayNs) {
        SimHost to = from.peer();
        world.after(
                delayNs,
                () -> {
                    if (to.daemon != null && to.cable && !to.frozen) {
                        to.daemon.receive(datagram, genuine);
                    }
                });
    }

    private void record(byte[] datagram, boolean saysLastGasp) {
        lastGasp = saysLastGasp ? datagram : lastGasp;
        if (recordedCount < RECORDED || world.chance.oneIn(32)) {
            recorded[recordedCount++ % RECORDED] = datagram;
        }
    }

    /** Somebody sends an old heartbeat again. */
    void replay() {
        int kept = Math.min(recordedCount, RECORDED);
        if (lastGasp != null && world.chance.oneIn(2)) {
            deliver(lastGasp);
        } else if (kept > 0) {
            deliver(recorded[world.chance.below(kept)]);
        }
    }

    /** Some datagram that went this way, null if none did. */
    byte[] heard(Chance noise) {
        int kept = Math.min(recordedCount, RECORDED);
        return kept == 0 ? null : recorded[noise.below(kept)];
    }

    void heal() {
        open = true;
        lossPercent = 0;
        duplicatePercent = 0;
        jitterNs = 0;
    }
}
