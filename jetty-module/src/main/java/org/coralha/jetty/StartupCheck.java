package org.coralha.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.coralha.jetty.io.spool.SpoolDirectory;
import org.coralha.jetty.io.tls.PairTls;
import org.coralha.jetty.io.tls.Rehearsal;
import org.coralha.jetty.io.tls.StoreCheck;
import org.coralha.pair.ConfigException;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;

/** Everything that can be wrong before the module starts, found in one go. */
final class StartupCheck {
    private final List<String> problems = new ArrayList<>();
    private PairConfig config;
    private SpoolDirectory spool;
    private PairTls tls;
    private Rehearsal rehearsal;

    /** Looks at the host's options and the connector; nothing is left behind. */
    static StartupCheck of(CoralOptions options, ServerConnector connector, String nextProtocol) {
        StartupCheck check = new StartupCheck();
        check.readPair(options);
        check.readIdentities();
        check.lookAtDirectories(options);
        check.lookForDaemon(options);
        check.lookAtConnector(connector, nextProtocol);
        check.tryServiceAddress(options);
        return check;
    }

    private void readPair(CoralOptions options) {
        try {
            config = PairConfigParser.read(options.pairFile());
        } catch (ConfigException e) {
            for (String problem : e.problems()) {
                problems.add("coral.pair=" + options.pairFile() + ": " + problem);
            }
        }
    }

    private void readIdentities() {
        if (config != null) {
            StoreCheck store = StoreCheck.of(config.keys(), config.jetty().user(), Instant.now());
            problems.addAll(store.problems());
            if (store.problems().isEmpty()) {
                tls = new PairTls(store.identities());
                rehearsal = Rehearsal.begin(tls);
            }
        }
    }

    private void lookAtDirectories(CoralOptions options) {
        Path existing = options.spoolDirectory().toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
            addSpoolProblem(options, existing + " is no directory that this user can write");
        }
        if (options.faultsDirectory() != null && !Files.isDirectory(options.faultsDirectory())) {
            problems.add(
                    "coral.faults.dir="
                            + options.faultsDirectory()
                            + " is not a directory: create it, or remove the property");
        }
    }

    private void addSpoolProblem(CoralOptions options, String cause) {
        problems.add(
                "coral.spool.dir="
                        + options.spoolDirectory()
                        + " cannot be written ("
                        + cause
                        + "): create it and give it to the user that runs Jetty");
    }

    /** Makes the spool directory; the first thing that stays, so do it when all else is well. */
    void openSpool(CoralOptions options) {
        try {
            spool = SpoolDirectory.open(options.spoolDirectory());
        } catch (IOException e) {
            addSpoolProblem(options, e.toString());
        }
    }

    private void lookForDaemon(CoralOptions options) {
        if (!Files.exists(options.daemonSocket())) {
            problems.add(
                    "coral.daemon.socket="
                            + options.daemonSocket()
                            + " is not there: the daemon is not running:"
                            + " systemctl start coral-heartbeatd");
        }
    }

    /** The daemon adds the address; without it the connector's port cannot be bound. */
    private void tryServiceAddress(CoralOptions options) {
        if (config == null || !Files.exists(options.daemonSocket())) {
            return;
        }
        InetAddress address = config.service().getAddress();
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            problems.add(
                    "service.address="
                            + address.getHostAddress()
                            + " is not on this host: the daemon adds it while it runs:"
                            + " systemctl restart coral-heartbeatd");
        }
    }

    private void lookAtConnector(ServerConnector connector, String nextProtocol) {
        ConnectionFactory next =
                nextProtocol == null ? null : connector.getConnectionFactory(nextProtocol);
        if (!(next instanceof HttpConnectionFactory)) {
            problems.add(
                    "the connector's protocol after coral is "
                            + nextProtocol
                            + ": only http/1.1 can be protected, use the http module's connector");
        }
        if (config == null) {
            return;
        }
        int port = config.service().getPort();
        if (connector.getPort() != port) {
            problems.add(
                    "jetty.http.port="
                            + connector.getPort()
                            + " is not service.port="
                            + port
                            + ": set jetty.http.port="
                            + port
                            + " in start.d/http.ini");
        }
        if (!bindsService(connector.getHost())) {
            problems.add(
                    "jetty.http.host="
                            + connector.getHost()
                            + " is neither empty, 0.0.0.0 nor service.address="
                            + config.service().getAddress().getHostAddress()
                            + ": remove jetty.http.host from start.d/http.ini");
        }
    }

    private boolean bindsService(String host) {
        if (host == null || host.isBlank()) {
            return true;
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isAnyLocalAddress() || address.equals(config.service().getAddress());
        } catch (IOException e) {
            return false;
        }
    }

    /** Checks that the reply log's port can be bound on the own address of that host. */
    void tryLogPort(HostId self) {
        InetAddress address = config.addressOf(self);
        int port = config.replyLog().port();
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            problems.add(
                    "host."
                            + self.key()
                            + ".address="
                            + address.getHostAddress()
                            + " port "
                            + port
                            + " (log.port) cannot be bound: "
                            + e.getMessage()
                            + ": the address must be on this host and the port free");
        }
    }

    /** The configuration, null if it has problems. */
    PairConfig config() {
        return config;
    }

    /** The spool directory, null before {@link #openSpool}. */
    SpoolDirectory spool() {
        return spool;
    }

    /** How the two hosts prove who they are, null if that has problems. */
    PairTls tls() {
        return tls;
    }

    /** Begun with the check, because Jetty's start goes on beside it; null if {@link #tls} is. */
    Rehearsal rehearsal() {
        return rehearsal;
    }

    void add(String problem) {
        problems.add(problem);
    }

    /**
     * @throws CannotStart with every problem, if there is one
     */
    void failIfAny() {
        if (!problems.isEmpty()) {
            throw new CannotStart("coral cannot start:\n  - " + String.join("\n  - ", problems));
        }
    }

    /** The problems are for people: where in the code they were found is no help. */
    private static final class CannotStart extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        CannotStart(String message) {
            super(message);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }
}
