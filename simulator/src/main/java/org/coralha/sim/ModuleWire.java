package org.coralha.sim;

import org.coralha.jetty.port.ReplyLogLink;

/**
 * The way of frames from the module of one host to that of the other: in order and once while the
 * session lasts; what is on its way when the session ends is lost.
 */
final class ModuleWire implements ReplyLogLink {
    private static final long BASE_NS = 150_000;

    private final World world;
    private final SimHost from;
    private long lastNs;

    ModuleWire(World world, SimHost from) {
        this.world = world;
        this.from = from;
    }

    @Override
    public void open(Listener listener) {
        // the world tells the modules what is reachable
    }

    boolean isReachable() {
        return world.link().isTold() && !world.link().isBlind(from);
    }

    /** Whatever is sent from now on waits that long for the connection to be made anew. */
    void connects(long forNs) {
        lastNs = Math.max(lastNs, world.nowNs() + forNs);
    }

    @Override
    public boolean send(byte[] frame, int length) {
        long session = world.link().session();
        if (!world.link().isUp() || world.link().isBlind(from)) {
            return false;
        }
        long extraNs = world.wire(from).jitterNs / 8;
        long at = world.nowNs() + BASE_NS + (extraNs > 0 ? world.chance.between(0, extraNs) : 0);
        lastNs = Math.max(lastNs + 1, at);
        world.after(lastNs - world.nowNs(), () -> arrive(session, frame, length));
        return true;
    }

    private void arrive(long session, byte[] frame, int length) {
        SimHost to = from.peer();
        if (session == world.link().session() && to.jetty.isReady() && !world.link().isBlind(to)) {
            to.jetty.deliver(
                    () -> {
                        if (session == world.link().session()) {
                            to.jetty.module().onFrame(frame, length);
                        }
                    });
        }
    }

    @Override
    public long garbageCount() {
        return 0;
    }

    @Override
    public void close() {
        // nothing is open
    }
}
