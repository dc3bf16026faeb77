package org.coralha.sim;

import org.coralha.pair.HostId;

/**
 * Whether the two modules reach each other, and what they were told of it: frames on their way are
 * lost with the session. The link may also be lost while the hosts hear each other, for both
 * modules or for one of them, which the other one does not notice.
 */
final class ModuleLink {
    private static final long TOLD_AFTER_NS = 1_000_000;

    private final World world;
    private long session;
    private long toldSession;
    private boolean told;
    private boolean wasUp;
    private boolean lost;
    private long losses;
    private SimHost blind;
    private long connectNs;
    private long worksSinceNs;

    ModuleLink(World world) {
        this.world = world;
    }

    /** The two modules reach each other. */
    boolean isUp() {
        SimHost a = world.host(HostId.A);
        SimHost b = world.host(HostId.B);
        return !lost
                && a.jetty.isReady()
                && b.jetty.isReady()
                && world.wire(a).passes()
                && world.wire(b).passes();
    }

    /** Whoever is in reach may have changed. */
    void changed() {
        boolean up = isUp();
        if (!up && wasUp) {
            session++;
        }
        wasUp = up;
        world.after(TOLD_AFTER_NS, this::tell);
    }

    /**
     * The session ends, and another one begins after that time.
     *
     * @param thenNs what it takes to connect
     */
    void lose(long forNs, long thenNs) {
        heal();
        long number = losses;
        connectNs = thenNs;
        lost = true;
        changed();
        healAfter(forNs, number);
    }

    /** One module takes the other one for gone and hears nothing of it, for that time. */
    void overlook(SimHost host, long forNs, long thenNs) {
        heal();
        if (isTold() && isUp()) {
            long number = losses;
            connectNs = thenNs;
            blind = host;
            tell(host, false);
            healAfter(forNs, number);
        }
    }

    /** True while this host's module overlooks the other one. */
    boolean isBlind(SimHost host) {
        return blind == host;
    }

    private void healAfter(long forNs, long number) {
        world.after(
                forNs,
                () -> {
                    if (number == losses) {
                        heal();
                    }
                });
    }

    /** The modules reach each other as their hosts do. */
    void heal() {
        losses++;
        SimHost saw = blind;
        blind = null;
        if (lost || saw != null) {
            world.moduleWire(world.host(HostId.A)).connects(connectNs);
            world.moduleWire(world.host(HostId.B)).connects(connectNs);
        }
        if (saw != null && isTold()) {
            tell(saw, true);
        }
        if (lost) {
            lost = false;
            changed();
        }
    }

    long session() {
        return session;
    }

    /** Both modules know that they reach each other, and still do. */
    boolean isTold() {
        return told && toldSession == session;
    }

    private void tell() {
        if (told && toldSession != session) {
            told = false;
            tellBoth(false);
        }
        if (!told && isUp()) {
            told = true;
            toldSession = session;
            tellBoth(true);
        }
    }

    private void tellBoth(boolean reachable) {
        for (HostId id : HostId.values()) {
            tell(world.host(id), reachable && !isBlind(world.host(id)));
        }
    }

    /** Both modules have known all that time that they reach each other, and did. */
    boolean hasWorkedFor(long ns) {
        return isTold() && isUp() && blind == null && world.nowNs() - worksSinceNs >= ns;
    }

    private void tell(SimHost host, boolean reachable) {
        worksSinceNs = world.nowNs();
        if (host.jetty.isReady()) {
            host.jetty.deliver(() -> host.jetty.module().onReachable(reachable));
        }
    }
}
