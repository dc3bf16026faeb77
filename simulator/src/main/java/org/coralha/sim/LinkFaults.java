package org.coralha.sim;

import org.coralha.pair.HostId;
import org.coralha.sim.engine.Chance;

/** What may happen to the link of the reply log while the pair stays. */
final class LinkFaults {
    private static final long MS = World.MS;

    private final World world;
    private final Chance chance;

    /**
     * @param chance numbers of its own
     */
    LinkFaults(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    /** A host shares its reign: the first records may be lost with the link. */
    void reignBegins(SimHost host) {
        switch (chance.below(8)) {
            case 0 -> lose(chance.between(0, 5 * MS));
            case 1, 2 -> overlook(host.id.peer(), chance.between(0, 5 * MS));
            default -> {
                // Nothing is lost.
            }
        }
    }

    void strike() {
        long shortly = chance.between(0, 40 * MS);
        switch (chance.below(9)) {
            case 0, 1, 2 -> lose(shortly);
            case 3 -> lose(chance.between(50 * MS, 300 * MS)); // perhaps until the log stalls
            case 4, 5 -> overlook(HostId.A, shortly);
            case 6, 7 -> overlook(HostId.B, shortly);
            default -> {
                // Nothing happens to it.
            }
        }
    }

    private void lose(long forNs) {
        world.trace(null, "log link is lost for us ", forNs / 1000);
        world.link().lose(forNs, connectNs());
    }

    private void overlook(HostId id, long forNs) {
        world.trace(world.host(id), "overlooks its peer's module for us ", forNs / 1000);
        world.link().overlook(world.host(id), forNs, connectNs());
    }

    private long connectNs() {
        return chance.oneIn(2) ? 0 : chance.between(0, 10 * MS);
    }
}
