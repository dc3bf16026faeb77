package org.coralha.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.coralha.sim.engine.Chance;

/** All client connections of a run; some use the port of an earlier one, or give up. */
final class Clients {
    private static final long MS = World.MS;
    private static final int GENERATIONS = 3;

    private final World world;
    private final Chance chance;
    private final List<SimClient> all = new ArrayList<>();
    private final Map<Long, Flow> byIncarnation = new HashMap<>();

    /**
     * @param chance numbers of its own, null if each port is used once and nobody gives up
     */
    Clients(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    /** Adds a client, which has not begun yet. */
    SimClient add() {
        return add(Flow.FIRST_PORT + all.size(), 0, world.chance);
    }

    private SimClient add(int port, int generation, Chance numbers) {
        Flow flow = new Flow(all.size(), port, generation, numbers);
        SimClient client = new SimClient(world, flow);
        all.add(client);
        if (chance != null && chance.oneIn(6)) {
            client.givesUpAfter(chance.between(0, chance.oneIn(2) ? MS : 20 * MS));
        }
        return client;
    }

    /**
     * A client has everything, or has given up: its port may be used again soon, but not that of a
     * connection from when the pair formed. See docs/adr/0010-simulator.md.
     */
    void over(SimClient client) {
        Flow flow = client.flow;
        boolean again = chance != null && flow.generation < GENERATIONS && chance.oneIn(2);
        if (again && !flow.loggedAlone) {
            SimClient next = add(flow.key.port(), flow.generation + 1, chance);
            world.after(
                    chance.between(0, chance.oneIn(2) ? MS : 100 * MS),
                    () -> openAgain(client, next));
        }
    }

    /** Not while a host is between its two halves of a switch: see the same place. */
    private void openAgain(SimClient before, SimClient next) {
        if (world.isSwitching()) {
            world.after(MS, () -> openAgain(before, next));
        } else {
            before.forget();
            next.open();
        }
    }

    SimClient of(Flow flow) {
        return all.get(flow.number);
    }

    /** A primary has given a connection this number. */
    void accepted(long incarnation, Flow flow) {
        byIncarnation.put(incarnation, flow);
    }

    Flow flow(long incarnation) {
        return byIncarnation.get(incarnation);
    }

    /** Every client has all its replies, or was reset, or has given up. */
    boolean areOver() {
        for (SimClient client : all) {
            if (!client.isOver()) {
                return false;
            }
        }
        return true;
    }

    /** One of them was reset, or gave up. */
    boolean wereReset() {
        for (SimClient client : all) {
            if (client.flow.aborted) {
                return true;
            }
        }
        return false;
    }
}
