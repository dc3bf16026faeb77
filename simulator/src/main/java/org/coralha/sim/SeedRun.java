package org.coralha.sim;

import org.coralha.pair.HostId;
import org.coralha.sim.engine.Chance;
import org.coralha.sim.invariant.BackToDuplex;
import org.coralha.sim.invariant.Broken;
import org.coralha.sim.invariant.TablesAreEmpty;

/** One seed: a start, some faults, the end of all faults, and the way back to duplex. */
final class SeedRun {
    private static final long MS = World.MS;
    private static final long START_LIMIT_NS = 2_000 * MS;
    private static final long REPAIR_LIMIT_NS = 10_000 * MS;
    private static final long EMPTY_LIMIT_NS = 10_000 * MS;
    private static final long ADMISSION_NS = 1_100 * MS;
    private static final long STEP_NS = 10 * MS;

    /** Takes nothing away from the numbers of a seed. */
    private static final long NOISE = 0x6a09e667f3bcc908L;

    private final Chance chance;
    private final World world;
    private final Faults faults;
    private final WitnessFaults witnessFaults;
    private final Intruder intruder;
    private final LinkFaults linkFaults;

    /**
     * @param trace where events are written, null for nowhere
     */
    SeedRun(long seed, StringBuilder trace) {
        this.chance = new Chance(seed);
        // From numbers of their own, so that a seed without them is what it always was.
        Chance apart = new Chance(~seed);
        boolean witnessed = apart.oneIn(4);
        boolean linkFails = apart.oneIn(2);
        Chance reuse = apart.oneIn(2) ? apart : null;
        this.world = new World(chance, new Chance(seed ^ NOISE), reuse, witnessed, trace);
        this.witnessFaults = witnessed ? new WitnessFaults(world) : null;
        this.linkFaults = linkFails ? new LinkFaults(world, apart) : null;
        this.intruder = world.noise.oneIn(4) ? new Intruder(world) : null;
        this.faults = new Faults(world, !chance.oneIn(4));
    }

    /**
     * Runs it to its end.
     *
     * @throws Broken if an invariant is broken
     */
    void run() {
        world.restarts = chance.oneIn(2);
        for (HostId id : HostId.values()) {
            SimHost host = world.host(id);
            host.clock.errPpm(chance.oneIn(2) ? 0 : chance.between(-25_000, 25_000));
            world.after(chance.between(0, 50 * MS), host::boot);
        }
        boolean duplex = !chance.oneIn(8) && awaitDuplex(START_LIMIT_NS);
        int count = chance.oneIn(3) ? 1 : (int) chance.between(2, 10);
        world.mustServe = duplex && count == 1 && awaitAdmission();
        world.linkFaults = count > 1 ? linkFaults : null;
        clients();
        for (int i = 0; i < count; i++) {
            world.run(world.nowNs() + chance.between(0, chance.oneIn(4) ? 400 * MS : 60 * MS));
            if (chance.oneIn(6)) {
                awaitDuplex(chance.between(0, START_LIMIT_NS));
            }
            faults.strike();
            if (intruder != null) {
                intruder.strike();
            }
            if (witnessFaults != null && count > 1) {
                witnessFaults.strike();
            }
            if (world.linkFaults != null) {
                world.linkFaults.strike();
            }
            world.invariants.check();
        }
        world.run(world.nowNs() + chance.between(0, 300 * MS));
        faults.heal();
        if (witnessFaults != null) {
            witnessFaults.heal();
        }
        world.link().heal();
        world.linkFaults = null;
        if (!awaitDuplex(REPAIR_LIMIT_NS)) {
            throw BackToDuplex.missed(world.toString());
        }
        awaitEmpty();
    }

    /** A witness that does not know the pair yet grants nothing: that is no fault of the pair. */
    private boolean awaitAdmission() {
        if (world.isWitnessed() && !world.witness.knowsThePair()) {
            world.run(world.nowNs() + ADMISSION_NS);
        }
        return world.isDuplex() && (!world.isWitnessed() || world.witness.knowsThePair());
    }

    private void clients() {
        int count = 1 + chance.below(4);
        for (int i = 0; i < count; i++) {
            SimClient client = world.clients.add();
            long spread = world.mustServe ? 40 * MS : 400 * MS;
            world.after(chance.between(0, spread), client::open);
        }
    }

    private void awaitEmpty() {
        long endNs = world.nowNs() + EMPTY_LIMIT_NS;
        while (world.nowNs() < endNs) {
            if (world.clients.areOver() && world.isDuplex() && world.isEmpty()) {
                return;
            }
            world.run(world.nowNs() + STEP_NS);
        }
        // What two hosts have done to one client nobody can mend.
        if (!world.mayMix()) {
            throw TablesAreEmpty.missed(
                    (world.clients.areOver() ? "" : "clients wait, ") + world.leftovers());
        }
    }

    @Override
    public String toString() {
        return world.toString();
    }

    private boolean awaitDuplex(long limitNs) {
        long endNs = world.nowNs() + limitNs;
        while (world.nowNs() < endNs) {
            world.run(world.nowNs() + STEP_NS);
            if (world.isDuplex()) {
                return true;
            }
        }
        return false;
    }
}
