package org.coralha.sim;

import org.coralha.heartbeat.core.HostRole;
import org.coralha.pair.HostId;
import org.coralha.sim.engine.Chance;

/** Every fault that a seed may roll, and the end of all faults. */
final class Faults {
    private static final long MS = World.MS;
    private static final int MACHINE_FAULTS = 16;
    private static final int ALL_FAULTS = 26;

    private final World world;
    private final Chance chance;
    private final boolean network;

    /**
     * @param network whether the network may fail in ways that two hosts cannot tell from a crash
     */
    Faults(World world, boolean network) {
        this.world = world;
        this.chance = world.chance;
        this.network = network;
    }

    void strike() {
        SimHost host = world.host(chance.oneIn(2) ? HostId.A : HostId.B);
        if (chance.oneIn(8)) {
            logStalls(host);
            return;
        }
        int kind = chance.below(network ? ALL_FAULTS : MACHINE_FAULTS);
        if (kind < MACHINE_FAULTS) {
            machine(host, kind);
        } else if (!world.declared) {
            world.ambiguous();
            network(host, kind);
        }
    }

    /**
     * What is announced then is heard, unless the network fails: nothing else fails for a moment.
     */
    private void logStalls(SimHost host) {
        world.mustServe = false; // more than one fault
        if (!host.peer().frozen) {
            world.trace(host, "log stalls", 0);
            order(host, (core, now) -> core.onLogStalled(1000, now));
            world.run(world.nowNs() + 30 * MS);
        }
    }

    private void machine(SimHost host, int kind) {
        switch (kind) {
            case 0 -> host.crash();
            case 1 -> host.killDaemon();
            case 2 -> host.jetty.crash();
            case 3 -> host.jetty.stop();
            case 4 -> host.jetty.hang(chance.between(10 * MS, 500 * MS));
            case 5 -> host.stopDaemon(chance.between(5 * MS, 500 * MS));
            case 6 -> freeze(host);
            case 7 -> dieInTheMiddle(host);
            case 8 -> stallInTheMiddle(host);
            case 9 -> disk(host);
            case 10 -> clock(host);
            case 11 -> orderSwitchover(host);
            case 12 -> orderSwitchover(host);
            case 13 -> orderPause(host);
            case 14 -> orderStop(host);
            default -> host.boot();
        }
    }

    private void network(SimHost host, int kind) {
        switch (kind) {
            case 16 -> pull(host, true);
            case 17 -> pull(host, false);
            case 18 -> host.plugCable();
            case 19 -> outside(host, false);
            case 20 -> outside(host, true);
            case 21 -> partition(false);
            case 22 -> partition(true);
            case 23 -> oneWay(host);
            case 24 -> weather(world.wire(host));
            default -> replay(host);
        }
    }

    private void freeze(SimHost host) {
        long forNs = chance.between(5 * MS, 500 * MS);
        if (forNs < 80 * MS) {
            // Just long enough to be given up, and too short to know; with a witness a host that
            // slept longer believes it knows: see docs/adr/0010-simulator.md.
            world.heirUnknowable();
        }
        if (forNs > 80 * MS && chance.oneIn(2)) {
            world.mustServe = false;
            world.after(chance.between(76 * MS, forNs), () -> end(host.peer()));
        }
        if (chance.oneIn(4)) {
            world.timeHidden();
            host.freeze(forNs, () -> host.clock.hidden(forNs));
        } else {
            host.freeze(forNs, () -> {});
        }
    }

    /** What took over, or went on alone, meanwhile ends as well. */
    private void end(SimHost host) {
        world.mustServe = false; // more than one fault
        switch (chance.below(4)) {
            case 0 -> host.crash();
            case 1 -> host.killDaemon();
            case 2 -> host.jetty.stop();
            default -> host.jetty.crash();
        }
    }

    private void dieInTheMiddle(SimHost host) {
        if (host.hasDaemon()) {
            host.crashesWhole = chance.oneIn(2);
            int actions = (int) chance.between(1, 8);
            world.trace(host, "dies before the action after so many: ", actions);
            host.daemon.mishap.dieAfterActions(actions);
            cause(host);
        }
    }

    private void stallInTheMiddle(SimHost host) {
        if (host.hasDaemon()) {
            int actions = (int) chance.between(1, 8);
            world.heirUnknowable();
            world.trace(host, "stalls before the action after so many: ", actions);
            host.daemon.mishap.stallBeforeAction(actions);
            cause(host);
        }
    }

    /** Something that makes the host act at once. */
    private void cause(SimHost host) {
        world.mustServe = false; // more than one fault
        switch (chance.below(6)) {
            case 0 -> host.jetty.stop();
            case 1 -> orderSwitchover(host);
            case 2 -> orderStop(host);
            case 3 -> host.peer().jetty.stop();
            case 4 -> host.peer().jetty.crash();
            default -> {
                // Whatever comes next.
            }
        }
    }

    private void disk(SimHost host) {
        switch (chance.below(4)) {
            case 0 -> host.disk.tearsNext = true;
            case 1 -> host.clearFails = chance.oneIn(2);
            default -> host.disk.fails = chance.oneIn(2);
        }
        world.trace(host, "disk fails: ", host.disk.fails ? 1 : 0);
    }

    private void clock(SimHost host) {
        long byNs = chance.between(MS, 300 * MS);
        world.trace(host, "clock jumps by ms ", byNs / MS);
        // A sleeper whose clock jumps may think that it has listened: docs/adr/0010-simulator.md.
        world.heirUnknowable();
        host.clock.jump(byNs);
    }

    private void orderSwitchover(SimHost host) {
        boolean force = chance.oneIn(2);
        world.trace(host, "ordered to move the service", 0);
        order(host, (core, now) -> core.onSwitchover(0, force, now));
    }

    private void orderPause(SimHost host) {
        long forNs = chance.oneIn(3) ? 0 : chance.between(MS, 400 * MS);
        world.trace(host, "ordered to pause for ms ", forNs / MS);
        order(host, (core, now) -> forNs == 0 ? core.onResume(now) : core.onPause(forNs, now));
    }

    private void orderStop(SimHost host) {
        boolean force = chance.oneIn(2);
        world.trace(host, "ordered to stop", 0);
        order(host, (core, now) -> core.onStop(0, force, now));
    }

    private static void order(SimHost host, SimDaemon.Input input) {
        if (host.hasDaemon()) {
            host.daemon.input(input);
        }
    }

    // ---- network --------------------------------------------------------------------------

    private void pull(SimHost host, boolean noticed) {
        HostRole role = host.hasDaemon() ? host.daemon.role() : HostRole.DETACHED;
        // A primary that does not notice may find its network back when its heir has ended as well.
        if (!noticed || role == HostRole.JOINING || role == HostRole.BACKUP) {
            world.heirUnknowable();
        }
        host.pullCable(noticed);
        if (chance.oneIn(2)) {
            world.after(chance.between(5 * MS, 400 * MS), host::plugCable);
        }
    }

    private void outside(SimHost host, boolean there) {
        world.trace(host, "outside is there: ", there ? 1 : 0);
        host.outside = there;
    }

    private void partition(boolean open) {
        world.heirSilent();
        world.trace(null, "peer link is open: ", open ? 1 : 0);
        world.wire(world.host(HostId.A)).open = open;
        world.wire(world.host(HostId.B)).open = open;
        world.linkChanged();
    }

    private void oneWay(SimHost host) {
        world.heirSilent();
        PeerWire wire = world.wire(host);
        wire.open = !wire.open;
        world.trace(host, "sends to its peer: ", wire.open ? 1 : 0);
        world.linkChanged();
    }

    private void weather(PeerWire wire) {
        world.heirUnknowable();
        wire.lossPercent = chance.below(3) * 10;
        wire.duplicatePercent = chance.below(3) * 10;
        wire.jitterNs = chance.below(3) * 10 * MS;
    }

    private void replay(SimHost host) {
        for (int i = 0; i < 5; i++) {
            world.after(chance.between(0, 100 * MS), world.wire(host)::replay);
        }
    }

    // ---- the end --------------------------------------------------------------------------

    /** Everything that is broken is mended; what ended is started. */
    void heal() {
        world.trace(null, "all faults end", 0);
        world.restarts = true;
        for (HostId id : HostId.values()) {
            SimHost host = world.host(id);
            host.disk.heal();
            host.clearFails = false;
            host.outside = true;
            world.wire(host).heal();
            if (host.hasDaemon()) {
                host.daemon.mishap.dieAfterActions(0);
                host.daemon.mishap.stallBeforeAction(0);
            }
            host.plugCable();
            world.after(World.DAEMON_START_NS, host::tend);
        }
        world.linkChanged();
    }
}
