package org.coralha.sim;

import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.PromotionPlan;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.duplex.HeldReplies;
import org.coralha.sim.invariant.EachConnectionHasItsLog;

/** The backup's connection: reads into the log of its flow until it is promoted. */
final class SimStandby implements SimSocket.Peer {
    private static final long SILENT_NS = 200 * World.MS;

    private final SimModule module;
    private final SimSocket socket;
    private final Reading reading;
    private StandbyFlow flow;
    private boolean replaced;
    private boolean draining;
    private boolean silent;

    SimStandby(SimModule module, SimSocket socket) {
        this.module = module;
        this.socket = socket;
        this.reading = new Reading(module.host, this::read);
        socket.owner(this);
    }

    Flow client() {
        return socket.flow();
    }

    void bind(StandbyFlow owner) {
        flow = owner;
        reading.soon();
    }

    @Override
    public void readable() {
        reading.soon();
    }

    private void checkLog() {
        Flow logged = module.host.world.clients.flow(flow.incarnation());
        if (logged != null && logged != socket.flow()) {
            throw EachConnectionHasItsLog.broken(socket.flow().number, logged.number);
        }
    }

    private void read() {
        if (flow != null) {
            checkLog();
        }
        if (socket.wasReset() && !replaced && flow != null) {
            flow.instreamOver();
            module.gone(flow);
            return;
        }
        if (replaced || socket.isGone() || flow == null) {
            return;
        }
        byte[] bytes = socket.read();
        if (!draining && bytes.length > 0) {
            flow.received(bytes, 0, bytes.length);
        }
        if (socket.isEndRead()) {
            flow.instreamOver();
            if (draining && !silent) {
                socket.end();
            }
        }
    }

    void cut() {
        socket.cut(false);
        module.gone(flow);
    }

    /** As {@code Promotion}: what is owed is written, then the requests go on. */
    void promote(long acked) {
        checkLog();
        PromotionPlan plan = flow.promote(acked);
        HeldReplies inherited = null;
        if (plan.owedBytes() > 0) {
            inherited = HeldReplies.inherited(new HoldQueue(flow.outstream(), plan.writeTo()));
        } else {
            flow.outstream().close();
        }
        if (plan.ending() == PromotionPlan.Ending.SERVE) {
            replaced = true;
            long number = flow.incarnation() == 0 ? module.freshIncarnation() : flow.incarnation();
            module.serve(
                    new SimConnection(
                            module,
                            socket,
                            number,
                            plan.replayFrom(),
                            plan.nextOrdinal(),
                            flow.instream()),
                    inherited);
            return;
        }
        flow.instream().close();
        draining = true;
        if (plan.ending() == PromotionPlan.Ending.CLOSE) {
            SimConnection.write(inherited, socket);
            socket.end();
        } else if (plan.ending() == PromotionPlan.Ending.OVER) {
            silent = true;
            module.host.world.after(SILENT_NS, () -> socket.cut(false));
        } else {
            socket.cut(true);
        }
    }
}
