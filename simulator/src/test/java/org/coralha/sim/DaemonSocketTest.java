package org.coralha.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.coralha.heartbeat.core.Action;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.coralha.sim.engine.Chance;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The way from a daemon to its module is one socket. */
class DaemonSocketTest {
    private static final long MS = World.MS;

    @RepeatedTest(20)
    void whatTheDaemonSaysComesInItsOrder(RepetitionInfo run) {
        World world =
                new World(new Chance(run.getCurrentRepetition()), new Chance(0), null, false, null);
        SimHost host = world.host(HostId.A);
        host.boot();
        world.run(world.nowNs() + 40 * MS);

        host.jetty.takeRole(new Action.TakeRole(1, ServiceRole.BACKUP, "", false));
        host.jetty.takeRole(new Action.TakeRole(3, ServiceRole.PRIMARY, "", false));
        world.run(world.nowNs() + 4 * MS);

        assertEquals(ServiceRole.PRIMARY, host.jetty.role());
    }
}
