package org.coralha.sim;

/** The clients' side: a router that knows who has the address, and the way between the hosts. */
final class Network {
    private static final long BASE_NS = 80_000;
    private final World world;
    private SimHost owner;

    Network(World world) {
        this.world = world;
    }

    /** The router has heard that this host has the address. */
    void learned(SimHost host) {
        owner = host;
    }

    void fromClient(Packet packet) {
        SimHost to = owner;
        if (to == null || world.wire(to).loses()) {
            return;
        }
        world.after(
                BASE_NS,
                () -> {
                    if (to.reachesOutside() && to.isUp()) {
                        to.plane.ingress(packet, false);
                    }
                });
    }

    void toClient(SimHost from, Packet packet) {
        if (!from.reachesOutside() || world.wire(from).loses()) {
            return;
        }
        SimClient client = world.clients.of(packet.flow());
        world.after(BASE_NS, () -> client.receive(packet));
    }

    void toPeer(SimHost from, Packet packet) {
        between(from, () -> from.peer().plane.ingress(packet, true));
    }

    /** The backup's stack tells the primary what it has received. */
    void report(SimHost from, Packet packet) {
        between(from, () -> from.peer().plane.reported(packet));
    }

    private void between(SimHost from, Runnable arrival) {
        PeerWire wire = world.wire(from);
        if (!wire.passes() || wire.loses()) {
            return;
        }
        SimHost to = from.peer();
        world.after(
                BASE_NS,
                () -> {
                    if (to.cable && to.isUp()) {
                        arrival.run();
                    }
                });
    }
}
