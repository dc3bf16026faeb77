package org.coralha.sim;

import org.coralha.pair.HostId;

/**
 * Somebody who has seen that a host is off, and leaves it off until the other one has heard that
 * from him ({@code coralctl serve --peer-is-off}). He mends the network before he switches it on
 * again: a host that was declared off must not come back cut off from its peer and the witness.
 */
final class Operator {
    private static final long LOOK_NS = 10 * World.MS;

    private final World world;

    Operator(World world) {
        this.world = world;
    }

    /** Tells this host that its peer is off, if that is true. */
    void declareOff(SimHost host) {
        SimHost peer = host.peer();
        if (peer.kernel.isPowered() || !host.hasDaemon() || host.daemon.isStopped()) {
            return;
        }
        world.trace(host, "is told that its peer is off", 0);
        // Nobody knows whose connections the peer has carried on before it was switched off.
        world.heirSilent();
        world.declared = true;
        peer.heldOff = true;
        long seenNs = world.nowNs();
        host.daemon.input(
                (core, now) -> {
                    world.invariants.answered(host.id, seenNs);
                    return core.onServe(now);
                });
        mend();
        release(host);
    }

    private void mend() {
        for (HostId id : HostId.values()) {
            SimHost host = world.host(id);
            world.wire(host).heal();
            world.witnessWire(host).heal();
            host.plugCable();
        }
        world.witness.start();
        world.linkChanged();
    }

    /** Lets the peer be started when this host has done what it was told, or cannot. */
    private void release(SimHost told) {
        if (told.hasDaemon() && !told.daemon.isQuiet()) {
            world.after(LOOK_NS, () -> release(told));
        } else {
            told.peer().heldOff = false;
        }
    }
}
