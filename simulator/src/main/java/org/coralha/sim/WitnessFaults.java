package org.coralha.sim;

import org.coralha.pair.HostId;
import org.coralha.sim.engine.Chance;

/** What may happen to a witness, to the ways to it, and to what hosts keep because of it. */
final class WitnessFaults {
    private static final long MS = World.MS;

    private final World world;
    private final Chance chance;

    /** Of what happens in few seeds, so that the others stay what they are. */
    private final Chance rare;

    WitnessFaults(World world) {
        this.world = world;
        this.chance = world.chance;
        this.rare = new Chance(world.noise.next());
    }

    void strike() {
        SimWitness witness = world.witness;
        SimHost host = world.host(chance.oneIn(2) ? HostId.A : HostId.B);
        int kind = chance.below(16);
        if (!world.declared) {
            strike(kind, witness, host);
        }
    }

    private void strike(int kind, SimWitness witness, SimHost host) {
        switch (kind) {
            case 0 -> witness.crash();
            case 1, 2 -> witness.start();
            case 3 -> restart(witness);
            case 4 -> witness.loseDisk();
            case 5 -> disk(witness.disk());
            case 6 -> disk(host.disk.sole);
            case 7, 8 -> cut(world.witnessWire(host));
            case 9 -> weather(world.witnessWire(host));
            case 10 -> replay(world.witnessWire(host));
            case 11 -> mend(world.witnessWire(host));
            case 12, 13, 14 -> split(host);
            default -> off(host);
        }
    }

    /**
     * The other host loses its power and this one, perhaps, the witness; somebody sees it, later.
     */
    private void off(SimHost host) {
        if (rare.oneIn(2)) {
            return;
        }
        world.ambiguous();
        world.heirUnknowable();
        WitnessWire wire = world.witnessWire(host);
        wire.openTo = rare.oneIn(3);
        if (rare.oneIn(2)) {
            host.peer().crash();
        }
        world.after(rare.between(0, 250 * MS), () -> new Operator(world).declareOff(host));
        world.after(300 * MS, wire::heal);
    }

    private void restart(SimWitness witness) {
        witness.crash();
        world.after(chance.between(0, 100 * MS), witness::start);
    }

    private void disk(SimRecord<?> record) {
        switch (chance.below(5)) {
            case 0 -> record.fails = true;
            case 1 -> record.failsLate = true;
            case 2 -> record.tearsNext = true;
            case 3 -> record.tearsNextLate = true;
            default -> record.heal();
        }
        world.trace(null, "small file is mended, or fails: " + record, 0);
    }

    private void cut(WitnessWire wire) {
        int ways = chance.below(3);
        wire.openTo = ways == 0;
        wire.openFrom = ways == 1;
        world.trace(wire.host(), "one way or both to the witness are cut: ", ways);
    }

    private void weather(WitnessWire wire) {
        wire.lossPercent = chance.below(3) * 20;
        wire.duplicatePercent = chance.below(3) * 20;
        wire.latePercent = chance.below(3) * 20;
        wire.jitterNs = chance.below(3) * 10 * MS;
        world.trace(wire.host(), "weather on the way to the witness, late ", wire.latePercent);
    }

    private void mend(WitnessWire wire) {
        world.trace(wire.host(), "way to the witness is mended", 0);
        wire.heal();
    }

    /** The hosts lose each other, and this one the witness, which may stumble before it is back. */
    private void split(SimHost host) {
        world.ambiguous();
        world.heirUnknowable();
        world.trace(host, "is alone for a while", 0);
        peerLink(false);
        WitnessWire wire = world.witnessWire(host);
        wire.openTo = chance.oneIn(3);
        wire.openFrom = false;
        long forNs = chance.between(100 * MS, 300 * MS);
        int stumble = chance.below(4);
        world.after(
                forNs,
                () -> {
                    if (stumble == 0) {
                        world.witness.loseDisk();
                    } else if (stumble < 3) {
                        restart(world.witness);
                    }
                    wire.heal();
                });
        world.after(forNs + chance.between(50 * MS, 400 * MS), () -> peerLink(true));
    }

    private void peerLink(boolean open) {
        for (HostId id : HostId.values()) {
            world.wire(world.host(id)).open = open;
        }
        world.linkChanged();
    }

    private void replay(WitnessWire wire) {
        for (int i = 0; i < 5; i++) {
            world.after(chance.between(0, 300 * MS), wire::replay);
        }
    }

    /** Everything that is broken is mended. */
    void heal() {
        for (HostId id : HostId.values()) {
            world.witnessWire(world.host(id)).heal();
        }
        world.witness.heal();
    }
}
