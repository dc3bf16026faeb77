package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.coralha.jetty.core.ByteQueue;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.duplex.Duplex;
import org.coralha.jetty.duplex.FlowHost;
import org.coralha.jetty.duplex.FlowLogger;
import org.coralha.jetty.duplex.RoleKeeper;
import org.coralha.jetty.port.SpoolFiles;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ServiceRole;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;

/** Makes the connection that fits the role, and changes connections when the role changes. */
public final class JettyFlows implements FlowHost {
    private static final int EPOCH_SHIFT = 32;

    private final ServerConnector connector;
    private final Vitality vitality;
    private final HttpConnectionFactory http;
    private final Duplex duplex;
    private final SpoolFiles spools;
    private final long replyLimitBytes;
    private final int endedMs;
    private final FlowSet flows;
    private final RoleKeeper roles;
    private final AtomicLong accepts = new AtomicLong();
    private final OwnFlows own;
    // Made once: making it takes the virtual machine a millisecond at the first time.
    private final Consumer<StandbyConnection> serve = this::serve;

    /**
     * @param http the factory whose settings the connections get
     * @param duplex the module; this object becomes its connections
     * @param pulseLimitMs for how long Jetty may hang
     * @param endedMs how long a connection that has ended is remembered
     */
    public JettyFlows(
            ServerConnector connector,
            HttpConnectionFactory http,
            Duplex duplex,
            SpoolFiles spools,
            long replyLimitBytes,
            long pulseLimitMs,
            int endedMs) {
        this.endedMs = endedMs;
        this.connector = connector;
        this.vitality = new Vitality(connector, pulseLimitMs);
        this.http = http;
        this.duplex = duplex;
        this.spools = spools;
        this.replyLimitBytes = replyLimitBytes;
        this.roles = duplex.roles(this);
        this.flows = new FlowSet(roles::role, roles::primarySinceNanos);
        this.own = new OwnFlows(connector, serve);
    }

    /** The roles that these connections follow. */
    public RoleKeeper roles() {
        return roles;
    }

    /** The connection for an accepted socket. */
    public Connection accept(EndPoint socket) {
        FlowEndPoint endPoint = new FlowEndPoint(socket, connector.getExecutor(), duplex.ends());
        if (!(socket.getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return standby(endPoint).draining(); // gone before it was accepted
        }
        return accept(endPoint, FlowKey.of(remote));
    }

    /** The connections that this Jetty opens to itself. */
    OwnFlows own() {
        return own;
    }

    Connection accept(FlowEndPoint endPoint, FlowKey key) {
        Connection toItself = own.accept(endPoint, key);
        if (toItself != null) {
            return toItself;
        }
        ServiceRole role = roles.role();
        if (role == ServiceRole.PRIMARY) {
            return acceptProtected(endPoint, key);
        }
        if (role == ServiceRole.IDLE || role == ServiceRole.BACKUP) {
            StandbyConnection standby = standby(endPoint);
            endPoint.setIdleTimeout(0);
            return standby.enrolWhenOpen(
                    () -> duplex.registry().accept(key, standby, System.nanoTime()),
                    () -> acceptLate(standby, key));
        }
        return role == ServiceRole.SIMPLEX
                ? acceptSimplex(endPoint, key)
                : standby(endPoint).draining();
    }

    /** The role changed between the accept and the opening of the connection. */
    private void acceptLate(StandbyConnection standby, FlowKey key) {
        FlowEndPoint endPoint = standby.flowEndPoint();
        endPoint.setIdleTimeout(connector.getIdleTimeout());
        if (roles.role() != ServiceRole.SIMPLEX) {
            endPoint.cut(null); // fenced: nobody sees it
            return;
        }
        StandbyFlow logged = duplex.registry().adopt(key, standby);
        if (logged != null) {
            standby.bind(logged);
            promoteLate(standby, key);
        } else {
            standby.replaced();
            upgrade(endPoint, new CoralHttpConnection.Start(key, nextIncarnation(), 0, 0, 0));
        }
    }

    private StandbyConnection standby(FlowEndPoint endPoint) {
        return new StandbyConnection(endPoint, connector.getExecutor(), this::gone);
    }

    private void gone(StandbyConnection connection) {
        if (connection.flow() != null) {
            duplex.registry().gone(connection.flow());
        }
    }

    private Connection acceptProtected(FlowEndPoint endPoint, FlowKey key) {
        long incarnation = nextIncarnation();
        flows.add(endPoint);
        Outbound out = endPoint.out();
        ByteQueue bytes = new ByteQueue(0, duplex.budget(), spools);
        out.protect(
                duplex.log(),
                new FlowLogger(duplex.log(), key, incarnation, out),
                new HoldQueue(bytes, 0),
                replyLimitBytes);
        return httpConnection(endPoint, new CoralHttpConnection.Start(key, incarnation, 0, 0, 0));
    }

    private long nextIncarnation() {
        return roles.epoch() << EPOCH_SHIFT | accepts.incrementAndGet();
    }

    /** A flow that waited in the kernel during the promotion may have been logged already. */
    private Connection acceptSimplex(FlowEndPoint endPoint, FlowKey key) {
        StandbyConnection standby = standby(endPoint);
        StandbyFlow logged = duplex.registry().adopt(key, standby);
        if (logged == null) {
            flows.add(endPoint);
            return httpConnection(
                    endPoint, new CoralHttpConnection.Start(key, nextIncarnation(), 0, 0, 0));
        }
        standby.bind(logged);
        return standby.promoteWhenOpen(() -> promoteLate(standby, key));
    }

    private void promoteLate(StandbyConnection standby, FlowKey key) {
        Map<FlowKey, Long> acked = Map.of(key, roles.ackedAtPromotion(key));
        promote(List.of(standby.flow()), acked);
    }

    private CoralHttpConnection httpConnection(
            FlowEndPoint endPoint, CoralHttpConnection.Start start) {
        CoralHttpConnection connection =
                new CoralHttpConnection(
                        http.getHttpConfiguration(), connector, endPoint, start, flows);
        connection.setTransferEncodingChunkMaxLength(http.getTransferEncodingChunkMaxLength());
        connection.setInputBufferSize(http.getInputBufferSize());
        connector.getEventListeners().forEach(connection::addEventListener);
        http.getEventListeners().forEach(connection::addEventListener);
        return connection;
    }

    @Override
    public Promoted promote(List<StandbyFlow> standby, Map<FlowKey, Long> acked) {
        return new Promotion(connector, acked, endedMs, serve).run(standby);
    }

    private void serve(StandbyConnection standby) {
        StandbyFlow flow = standby.flow();
        FlowEndPoint endPoint = standby.flowEndPoint();
        long incarnation = flow.incarnation() == 0 ? nextIncarnation() : flow.incarnation();
        upgrade(
                endPoint,
                new CoralHttpConnection.Start(
                        flow.key(),
                        incarnation,
                        standby.plan().replayFrom(),
                        standby.plan().nextOrdinal(),
                        standby.plan().interimsLogged()));
    }

    private void upgrade(FlowEndPoint endPoint, CoralHttpConnection.Start start) {
        flows.add(endPoint);
        endPoint.unwrap().upgrade(httpConnection(endPoint, start));
        if (!endPoint.unwrap().isOpen()) {
            // It was closed during the change: nobody will tell the new connection.
            flows.remove(endPoint);
            endPoint.dropReplay();
            endPoint.out().onSocketClosed(null);
        }
    }

    @Override
    public void releaseHeld() {
        flows.releaseHeld();
    }

    @Override
    public void endSoon(Set<FlowKey> unreplicated) {
        flows.unreplicated(unreplicated);
    }

    @Override
    public void closeStandby(List<StandbyFlow> over) {
        for (StandbyFlow flow : over) {
            ((StandbyConnection) flow.connection()).flowEndPoint().cut(null);
        }
    }

    @Override
    public void closeAll() {
        IOException cause = new IOException("the service is cut off on this host");
        flows.closeAll(cause);
    }

    @Override
    public boolean lives() {
        return vitality.check(System.nanoTime());
    }

    @Override
    public long heldBytes() {
        return duplex.budget().usedBytes();
    }

    /** Connections that execute requests. */
    public int openCount() {
        return flows.count();
    }

    /** Connections whose replies are logged. */
    public long protectedCount() {
        return flows.protectedCount();
    }
}
