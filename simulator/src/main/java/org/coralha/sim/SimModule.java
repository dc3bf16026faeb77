package org.coralha.sim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.jetty.core.ByteQueue;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.MemoryBudget;
import org.coralha.jetty.core.RecordKind;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.duplex.FlowHost;
import org.coralha.jetty.duplex.FlowLogger;
import org.coralha.jetty.duplex.HeldReplies;
import org.coralha.jetty.duplex.ReplyLog;
import org.coralha.jetty.duplex.RoleKeeper;
import org.coralha.jetty.port.DaemonLink;
import org.coralha.jetty.port.SpoolFiles;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.ServiceRole;
import org.coralha.sim.invariant.LogStallsForACause;
import org.coralha.sim.invariant.ReplicasAreWhole;

/**
 * The module in one Jetty process: the real reply log, standby registry and roles, and around them
 * what {@code Duplex}, {@code PeerLink}, {@code LogReceiver} and {@code JettyFlows} do.
 */
final class SimModule implements FlowHost, DaemonLink {
    private static final long WINDOW_BYTES = 1 << 16;
    private static final int MEMORY_BYTES = 1 << 20;
    private static final int REPLY_LIMIT_BYTES = 1 << 16;
    private static final int EPOCH_SHIFT = 32;
    private static final int STALL_MS = 100;

    /** Longer than faults last, as in the product; what is silent is forgotten after twice that. */
    private static final int ENDED_MS = 4_000;

    private static final long WORKING_NS = 60 * World.MS;

    static final SpoolFiles NO_SPOOLS =
            () -> {
                throw new IOException("no spool files here");
            };

    final SimHost host;
    final MemoryBudget budget = new MemoryBudget(MEMORY_BYTES, MEMORY_BYTES);
    final StandbyRegistry registry = new StandbyRegistry(budget, NO_SPOOLS, ENDED_MS);
    final ReplyLog log;
    private final World world;
    private final RoleKeeper keeper;
    private final ModuleWire wire;
    private final Set<SimConnection> open = new LinkedHashSet<>();
    private Set<FlowKey> unreplicated = Set.of();
    private boolean linkUp;
    private long accepts;

    SimModule(SimHost host) {
        this.host = host;
        this.world = host.world;
        this.wire = world.moduleWire(host);
        this.log = new ReplyLog(wire, WINDOW_BYTES, world::nowNs);
        this.keeper = new RoleKeeper(log, registry, this, world::nowNs);
        keeper.bind(this, this::announce);
    }

    ServiceRole role() {
        return keeper.role();
    }

    // ---- the daemon -----------------------------------------------------------------------

    void announce() {
        host.daemon.input(RoleCore::onJettyReady);
        tellLink();
    }

    private void tellLink() {
        boolean up = linkUp;
        host.daemon.input((core, now) -> core.onLogLink(up, now));
    }

    void take(DaemonMessage.TakeRole message) {
        keeper.onMessage(message);
    }

    @Override
    public void send(ModuleMessage message) {
        if (message instanceof ModuleMessage.RoleTaken m) {
            host.daemon.input((core, now) -> core.onRoleTaken(m.epoch(), m.role(), now));
        }
    }

    @Override
    public void close() {
        // the process ends
    }

    void tick(boolean queries) {
        long stallMs = log.newStallMs(STALL_MS);
        if (stallMs > 0) {
            if (mayNotStall()) {
                throw LogStallsForACause.broken(host.id, stallMs);
            }
            host.daemon.input((core, now) -> core.onLogStalled(stallMs, now));
        }
        if (wire.isReachable() && !linkUp) {
            hello(false);
        }
        if (queries && role() == ServiceRole.PRIMARY) {
            keeper.onMessage(new DaemonMessage.Flows(0, host.plane.unreplicated()));
        } else if (queries && role() == ServiceRole.BACKUP) {
            keeper.onMessage(new DaemonMessage.Flows(0, host.plane.flows()));
        }
    }

    /** Everything that a record needs to be acknowledged has worked for longer than it takes. */
    private boolean mayNotStall() {
        SimJetty peers = host.peer().jetty;
        return linkUp
                && world.link().hasWorkedFor(WORKING_NS)
                && host.jetty.hasRunFor(WORKING_NS)
                && peers.hasRunFor(WORKING_NS)
                && peers.module().linkUp
                && peers.role() == ServiceRole.BACKUP;
    }

    // ---- the peer's module ----------------------------------------------------------------

    void onReachable(boolean reachable) {
        if (linkUp) {
            linkUp = false;
            tellLink();
        }
        if (reachable) {
            hello(false);
        }
    }

    private void hello(boolean answer) {
        byte[] frame =
                LinkFrames.encode(
                        new LinkFrames.Hello(
                                LinkFrames.PROTOCOL_VERSION,
                                world.digest(),
                                host.id,
                                1,
                                registry.reign(),
                                registry.lastLsn(),
                                answer));
        wire.send(frame, frame.length);
    }

    void onFrame(byte[] frame, int length) {
        try {
            int type = LinkFrames.typeOf(frame, 0, length);
            if (type == LinkFrames.HELLO) {
                onHello(LinkFrames.decodeHello(frame, 0, length));
            } else if (type == LinkFrames.RECORD && linkUp) {
                onRecord(LinkFrames.decodeRecord(frame, 0, length));
            } else if (type == LinkFrames.ACK && linkUp) {
                log.onAck(LinkFrames.decodeAck(frame, 0, length));
            }
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    private void onHello(LinkFrames.Hello hello) {
        if (!hello.answer()) {
            hello(true);
        }
        if (linkUp && hello.answer() || !log.onPeer(hello)) {
            return;
        }
        if (!linkUp) {
            linkUp = true;
            tellLink();
        }
    }

    private void onRecord(LogRecord record) {
        if (!registry.apply(record, world.nowNs())) {
            return;
        }
        if (registry.brokenFlows() > 0) {
            throw ReplicasAreWhole.broken(host.id + ": " + registry.lastBreak());
        }
        Flow flow = world.clients.flow(record.incarnation());
        if (record.kind() == RecordKind.REPLY && record.has(LogRecord.END)) {
            flow.keptEnd = Math.max(flow.keptEnd, record.outstreamEnd());
            flow.loggedReplies = Math.max(flow.loggedReplies, record.ordinal() + 1);
        }
        boolean ends = record.kind() == RecordKind.CLOSE || record.has(LogRecord.CLOSE_AFTER);
        if (ends && !flow.keptEnding) {
            flow.keptEnding = true;
            flow.keptEndingNs = world.nowNs();
        }
        byte[] ack = LinkFrames.encode(new LinkFrames.Ack(record.reign(), registry.lastLsn()));
        wire.send(ack, ack.length);
    }

    // ---- connections ----------------------------------------------------------------------

    private long nextIncarnation() {
        return keeper.epoch() << EPOCH_SHIFT | ++accepts;
    }

    void accept(SimSocket socket) {
        FlowKey key = socket.flow().key;
        switch (role()) {
            case PRIMARY -> acceptProtected(socket, key);
            case IDLE, BACKUP -> {
                SimStandby standby = new SimStandby(this, socket);
                StandbyFlow flow = registry.accept(key, standby, world.nowNs());
                if (flow != null) {
                    standby.bind(flow);
                }
            }
            case SIMPLEX -> acceptSimplex(socket, key);
            default -> socket.cut(false);
        }
    }

    private void acceptProtected(SimSocket socket, FlowKey key) {
        long incarnation = nextIncarnation();
        world.clients.accepted(incarnation, socket.flow());
        socket.flow().loggedAlone |= socket.kind() != SimSocket.Kind.GUARDED;
        SimConnection connection = new SimConnection(this, socket, incarnation, 0, 0, null);
        open.add(connection);
        HoldQueue queue = new HoldQueue(new ByteQueue(0, budget, NO_SPOOLS), 0);
        FlowLogger logger = new FlowLogger(log, key, incarnation, connection);
        connection.begin(HeldReplies.open(queue, log, logger, REPLY_LIMIT_BYTES));
    }

    private void acceptSimplex(SimSocket socket, FlowKey key) {
        SimStandby standby = new SimStandby(this, socket);
        StandbyFlow logged = registry.adopt(key, standby);
        if (logged != null) {
            standby.bind(logged);
            standby.promote(keeper.ackedAtPromotion(key));
        } else {
            serve(new SimConnection(this, socket, nextIncarnation(), 0, 0, null), null);
        }
    }

    void serve(SimConnection connection, HeldReplies inherited) {
        open.add(connection);
        connection.begin(inherited);
    }

    /** The incarnation of a promoted flow whose OPEN never came. */
    long freshIncarnation() {
        return nextIncarnation();
    }

    void closed(SimConnection connection) {
        open.remove(connection);
    }

    void gone(StandbyFlow flow) {
        registry.gone(flow);
    }

    @Override
    public Promoted promote(List<StandbyFlow> flows, Map<FlowKey, Long> acked) {
        for (StandbyFlow flow : flows) {
            ((SimStandby) flow.connection()).promote(acked.getOrDefault(flow.key(), -1L));
        }
        return new Promoted(flows.size(), 0);
    }

    @Override
    public void releaseHeld() {
        for (SimConnection connection : new ArrayList<>(open)) {
            connection.release();
        }
    }

    @Override
    public void endSoon(Set<FlowKey> flows) {
        unreplicated = flows;
    }

    boolean shouldEnd(SimConnection connection, FlowKey key) {
        return role() == ServiceRole.PRIMARY
                && (!connection.isProtected() || unreplicated.contains(key));
    }

    @Override
    public void closeStandby(List<StandbyFlow> flows) {
        for (StandbyFlow flow : flows) {
            SimStandby standby = (SimStandby) flow.connection();
            if (role() == ServiceRole.BACKUP) {
                world.standbyCloses(standby.client());
            }
            standby.cut();
        }
    }

    @Override
    public void closeAll() {
        Collection<SimConnection> all = new ArrayList<>(open);
        all.forEach(SimConnection::cut);
    }

    @Override
    public boolean lives() {
        return host.jetty.runs();
    }

    @Override
    public long heldBytes() {
        return budget.usedBytes();
    }

    /** What is kept of connections, as one number that is 0 when nothing is. */
    long leftovers() {
        return open.size() + registry.acceptedCount() + registry.unpairedCount() + heldBytes();
    }
}
