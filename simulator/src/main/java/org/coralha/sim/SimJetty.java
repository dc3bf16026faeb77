package org.coralha.sim;

import java.util.ArrayDeque;
import java.util.List;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.ServiceRole;

/** The Jetty process of a host, as its daemon sees it. */
final class SimJetty {
    private static final long MS = World.MS;
    private static final long PULSE_NS = 20 * MS;
    private static final int KILLED = 9;

    private final SimHost host;
    private final World world;
    private boolean alive;
    private boolean ready;
    private long processId = 100;
    private long attachedId;
    private long hangsUntilNs;
    private long runsSinceNs;
    private long pulses;
    private long lastMessageNs;
    private SimModule module;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    SimJetty(SimHost host) {
        this.host = host;
        this.world = host.world;
    }

    boolean isAlive() {
        return alive;
    }

    /** True if the daemon has accepted this very process. */
    boolean isAttached() {
        return alive && attachedId == processId;
    }

    boolean isReady() {
        return ready;
    }

    boolean runs() {
        return alive && !host.frozen && world.nowNs() >= hangsUntilNs;
    }

    /** It has run, and been ready, all that time. */
    boolean hasRunFor(long ns) {
        return ready && runs() && world.nowNs() - runsSinceNs >= ns;
    }

    ServiceRole role() {
        return module.role();
    }

    SimModule module() {
        return module;
    }

    long processId() {
        return processId;
    }

    void start() {
        if (alive || !host.hasDaemon() || host.daemon.isStopped()) {
            return;
        }
        alive = true;
        module = new SimModule(host);
        hangsUntilNs = 0;
        long pid = ++processId;
        host.daemon.input((core, now) -> attach(core, pid, now));
        pulse(pid);
        world.after(world.chance.between(2 * MS, 20 * MS), () -> becomeReady(pid));
    }

    private Decision attach(RoleCore core, long pid, long now) {
        attachedId = pid;
        return core.onJettyAttached(pid, now);
    }

    private void becomeReady(long pid) {
        if (alive && pid == processId) {
            ready = true;
            runsSinceNs = world.nowNs();
            module.announce();
            world.linkChanged();
        }
    }

    private void pulse(long pid) {
        if (!alive || pid != processId) {
            return;
        }
        if (runs()) {
            host.daemon.input(RoleCore::onPulse);
            pulses++;
            module.tick(pulses % 10 == 0);
        }
        world.after(PULSE_NS, () -> pulse(pid));
    }

    /** SIGKILL by somebody: the kernel fences, then the daemon is told. */
    void crash() {
        if (!alive) {
            return;
        }
        world.trace(host, "Jetty is killed", 0);
        long pid = processId;
        kill();
        host.kernel.crashed();
        host.daemon.input((core, now) -> core.onCrash(pid, KILLED, now));
    }

    /** The daemon ends it. */
    void kill() {
        if (alive) {
            vanish();
            world.jettyLater(host);
        }
    }

    /** Its machine is gone. */
    void vanish() {
        world.invariants.jettyEnded(host.id);
        alive = false;
        ready = false;
        waiting.clear();
        host.plane.clear();
        world.linkChanged();
    }

    void hang(long forNs) {
        world.trace(host, "Jetty hangs for ms ", forNs / MS);
        hangsUntilNs = Math.max(hangsUntilNs, world.nowNs() + forNs);
        runsSinceNs = Math.max(runsSinceNs, hangsUntilNs);
    }

    void thaw() {
        hangsUntilNs = Math.min(hangsUntilNs, world.nowNs());
        runsSinceNs = world.nowNs();
    }

    /** An administrator stops it in order. */
    void stop() {
        if (alive) {
            host.daemon.input((core, now) -> core.onJettyStopping("told to", now));
        }
    }

    void takeRole(Action.TakeRole action) {
        if (!isAttached()) {
            return;
        }
        world.told(host, action);
        long pid = processId;
        DaemonMessage.TakeRole message =
                new DaemonMessage.TakeRole(
                        action.epoch(),
                        action.role(),
                        action.reason(),
                        action.withFlows() ? host.plane.flows() : List.of());
        // One socket: what the daemon says comes in its order.
        long at = world.nowNs() + world.chance.between(MS / 4, 2 * MS);
        lastMessageNs = Math.max(lastMessageNs + 1, at);
        world.after(
                lastMessageNs - world.nowNs(),
                () -> {
                    if (alive && pid == processId) {
                        deliver(() -> take(message));
                    }
                });
    }

    private void take(DaemonMessage.TakeRole message) {
        module.take(message);
        if (message.role() == ServiceRole.FENCED) {
            kill();
        }
    }

    /** A client's connection is established. */
    void accept(SimSocket socket) {
        long pid = processId;
        world.after(
                world.chance.between(50_000, 500_000),
                () -> {
                    if (alive && pid == processId) {
                        deliver(
                                () -> {
                                    if (!socket.isGone() || socket.wasReset()) {
                                        module.accept(socket);
                                    }
                                });
                    }
                });
    }

    /** Something for the process, in order; it waits while the process does not run. */
    void deliver(Runnable work) {
        if (waiting.isEmpty() && runs()) {
            work.run();
            return;
        }
        waiting.add(work);
        if (waiting.size() == 1) {
            drainLater(processId);
        }
    }

    private void drainLater(long pid) {
        world.after(3 * MS, () -> drain(pid));
    }

    private void drain(long pid) {
        if (pid != processId || !alive) {
            return;
        }
        if (!runs()) {
            drainLater(pid);
            return;
        }
        while (alive && pid == processId && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }
}
