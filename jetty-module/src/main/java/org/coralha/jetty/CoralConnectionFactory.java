package org.coralha.jetty;

import java.io.IOException;
import java.nio.file.Path;
import org.coralha.jetty.duplex.Duplex;
import org.coralha.jetty.duplex.FaultPoints;
import org.coralha.jetty.io.daemon.DaemonRefusal;
import org.coralha.jetty.io.daemon.DaemonSocket;
import org.coralha.jetty.io.jetty.JettyFlows;
import org.coralha.jetty.io.jetty.WarmUp;
import org.coralha.jetty.io.jgroups.JGroupsLink;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.annotation.ManagedAttribute;
import org.eclipse.jetty.util.annotation.ManagedObject;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First connection factory of a connector: makes the service on it one half of a pair. Which half
 * is the daemon's decision. Start fails with every problem named; nothing is left open then.
 */
@ManagedObject("Coral: this host's half of a pair")
public final class CoralConnectionFactory extends AbstractConnectionFactory {
    private static final Logger LOG = LoggerFactory.getLogger(CoralConnectionFactory.class);
    private static final String PROTOCOL = "coral";
    private static final long STOP_LIMIT_MS = 2_000;

    private final ServerConnector connector;
    private String pair = "/etc/coral/pair.properties";
    private String daemonSocket = "/run/coral/daemon.sock";
    private String spoolDir = "work/coral";
    private String faultsDir = "";
    private Duplex duplex;
    private JettyFlows flows;
    private DaemonSocket daemon;
    private WarmUp warmUp;
    private final ServerListener serverListener = new ServerListener();
    private StartupCheck early;

    /**
     * @param connector the connector to which this factory is added first
     */
    public CoralConnectionFactory(ServerConnector connector) {
        super(PROTOCOL);
        this.connector = connector;
        connector.getServer().addEventListener(new EarlyListener());
    }

    /** The pair's configuration file, the same on both hosts. */
    public void setPair(String file) {
        pair = file;
    }

    /** The daemon's socket. */
    public void setDaemonSocket(String file) {
        daemonSocket = file;
    }

    /** Directory for what exceeds log.memory.bytes. */
    public void setSpoolDir(String directory) {
        spoolDir = directory;
    }

    /** Directory that steers the fault points; empty for none. */
    public void setFaultsDir(String directory) {
        faultsDir = directory;
    }

    private CoralOptions options() {
        return new CoralOptions(
                Path.of(pair),
                Path.of(daemonSocket),
                Path.of(spoolDir),
                faultsDir == null || faultsDir.isBlank() ? null : Path.of(faultsDir));
    }

    @Override
    protected void doStart() throws Exception {
        CoralOptions options = options();
        StartupCheck check = early == null ? check(options) : early;
        early = null;
        check.failIfAny();
        daemon = connect(options, check);
        try {
            check.tryLogPort(daemon.welcome().self());
            check.failIfAny();
            check.openSpool(options);
            check.failIfAny();
            build(options, check);
            super.doStart();
        } catch (Exception e) {
            connector.getServer().removeEventListener(serverListener);
            if (duplex != null) {
                duplex.close();
            }
            daemon.close();
            throw e;
        }
    }

    private StartupCheck check(CoralOptions options) {
        return StartupCheck.of(options, connector, findNextProtocol(connector, PROTOCOL));
    }

    private static DaemonSocket connect(CoralOptions options, StartupCheck check) {
        ModuleMessage.Hello hello =
                new ModuleMessage.Hello(
                        MessageCodec.PROTOCOL_VERSION,
                        ProcessHandle.current().pid(),
                        check.config().digest().bytes(),
                        version());
        String socket = "coral.daemon.socket=" + options.daemonSocket();
        try {
            return DaemonSocket.connect(options.daemonSocket(), hello);
        } catch (DaemonRefusal e) {
            check.add(socket + ": the daemon refuses this Jetty: " + e.getMessage());
        } catch (IOException e) {
            check.add(
                    socket
                            + ": the daemon does not answer ("
                            + e
                            + "): systemctl restart coral-heartbeatd, and run Jetty as jetty.user="
                            + check.config().jetty().user());
        }
        check.failIfAny();
        throw new IllegalStateException("not reached: a problem was added");
    }

    private static String version() {
        String version = CoralConnectionFactory.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    private void build(CoralOptions options, StartupCheck check) {
        duplex =
                new Duplex(
                        check.config(),
                        new JGroupsLink(
                                check.config(),
                                daemon.welcome().self(),
                                check.tls(),
                                check.rehearsal()),
                        check.spool(),
                        new FaultPoints(options.faultsDirectory()));
        flows =
                new JettyFlows(
                        connector,
                        connector.getConnectionFactory(HttpConnectionFactory.class),
                        duplex,
                        check.spool(),
                        check.config().replyLog().replyLimitBytes(),
                        check.config().jetty().pulseLimitMs(),
                        check.config().flowEndedMs());
        warmUp = new WarmUp(connector, flows, check.config(), this::ready);
        duplex.start(daemon.welcome().self(), daemon);
        connector.getServer().addEventListener(serverListener);
        if (connector.getServer().isStarted()) {
            serverListener.lifeCycleStarted(connector.getServer());
        }
    }

    private void ready() {
        duplex.announce();
        LOG.info("coral is ready as host {}", daemon.welcome().self().key());
    }

    @Override
    protected void doStop() throws Exception {
        connector.getServer().removeEventListener(serverListener);
        if (warmUp != null) {
            warmUp.close();
        }
        super.doStop();
        if (duplex != null) {
            duplex.close();
        }
    }

    @Override
    public Connection newConnection(Connector from, EndPoint endPoint) {
        return flows.accept(endPoint);
    }

    /**
     * Checks before the server opens its connectors: without the daemon the advertised address is
     * not there, and that the port cannot be bound says nothing of the cause.
     */
    private final class EarlyListener implements LifeCycle.Listener {
        @Override
        public void lifeCycleStarting(LifeCycle server) {
            early = check(options());
            early.failIfAny();
        }
    }

    /** Follows the server: roles begin when it listens and move away before it stops. */
    private final class ServerListener implements LifeCycle.Listener {
        @Override
        public void lifeCycleStarted(LifeCycle server) {
            daemon.listen(flows.roles());
            warmUp.start();
        }

        @Override
        public void lifeCycleStopping(LifeCycle server) {
            flows.roles().announceStop("Jetty stops", STOP_LIMIT_MS);
        }
    }

    @Override
    public void dump(Appendable out, String indent) throws IOException {
        if (flows == null) {
            dumpObjects(out, indent);
            return;
        }
        dumpObjects(
                out,
                indent,
                "role=" + getRole() + " epoch=" + getEpoch() + " logLinkUp=" + isLogLinkUp(),
                "flows protected=" + getProtectedFlows() + " standby=" + getStandbyFlows(),
                "bytes held=" + getHeldBytes() + " spooled=" + getSpooledBytes(),
                "records sent=" + getRecordsSent() + " received=" + getRecordsReceived());
    }

    /** The role in force. */
    @ManagedAttribute("The role of this host: IDLE, PRIMARY, BACKUP, SIMPLEX or FENCED")
    public String getRole() {
        return flows.roles().role().name();
    }

    /** The epoch of the role. */
    @ManagedAttribute("The epoch of the role")
    public long getEpoch() {
        return flows.roles().epoch();
    }

    /** True if the reply log reaches the peer. */
    @ManagedAttribute("True if the reply log reaches the module of the peer host")
    public boolean isLogLinkUp() {
        return duplex.isLinkUp();
    }

    /** Connections whose replies are logged. */
    @ManagedAttribute("Connections that survive the end of this host")
    public long getProtectedFlows() {
        return flows.protectedCount();
    }

    /** Connections kept for the peer. */
    @ManagedAttribute("Connections kept here for the peer host")
    public int getStandbyFlows() {
        return duplex.registry().acceptedCount();
    }

    /** Bytes kept in memory. */
    @ManagedAttribute("Held and logged bytes in memory")
    public long getHeldBytes() {
        return flows.heldBytes();
    }

    /** Bytes written to the spool directory since the start. */
    @ManagedAttribute("Bytes that went to the spool directory since the start")
    public long getSpooledBytes() {
        return duplex.budget().spooledBytes();
    }

    /** Records written as primary. */
    @ManagedAttribute("Records written to the reply log since the start")
    public long getRecordsSent() {
        return duplex.log().recordCount();
    }

    /** Acknowledgements received as primary. */
    @ManagedAttribute("Acknowledgements received since the start")
    public long getAcksReceived() {
        return duplex.log().ackCount();
    }

    /** Records kept as backup. */
    @ManagedAttribute("Records received from the peer since the start")
    public long getRecordsReceived() {
        return duplex.receivedCount();
    }

    /** Record bytes without acknowledgement. */
    @ManagedAttribute("Record bytes on the way, not yet acknowledged")
    public long getBytesOnTheWay() {
        return duplex.log().bytesOnTheWay();
    }

    /** Age of the oldest record without acknowledgement, in milliseconds. */
    @ManagedAttribute("Age of the oldest unacknowledged record in milliseconds, 0 if none")
    public long getOldestUnackedMs() {
        return duplex.log().oldestUnackedMs();
    }

    /** Promotions carried out. */
    @ManagedAttribute("Promotions of this host since the start")
    public int getPromotions() {
        return flows.roles().promotions();
    }

    /** Frames and connections on the reply log's port that were not of this pair. */
    @ManagedAttribute("Frames and connections refused on the reply log's port")
    public long getGarbage() {
        return duplex.garbageCount();
    }

    /** Standby logs given up because their connection never came. */
    @ManagedAttribute("Logged connections dropped because their socket never came")
    public long getDroppedFlows() {
        return duplex.registry().droppedFlows();
    }

    /** Connections whose log was given up: they would be cut at a failover. */
    @ManagedAttribute("Connections that lost their protection, for example for want of spool space")
    public long getBrokenFlows() {
        return duplex.registry().brokenFlows();
    }
}
