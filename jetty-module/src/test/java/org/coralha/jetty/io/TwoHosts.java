package org.coralha.jetty.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.coralha.jetty.CoralConnectionFactory;
import org.coralha.jetty.io.tls.TestStore;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.HostId;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Two real Jetty servers with the module, joined by a real channel over two loopback addresses,
 * each with a daemon played by the test; and a plain Jetty to compare with.
 */
final class TwoHosts implements AutoCloseable {
    private static int nextPort = 21000 + (int) (ProcessHandle.current().pid() % 500) * 20;

    final Path directory;
    final Host a;
    final Host b;
    final Server plain;
    final InetSocketAddress plainAddress;
    private final Path pairFile;

    /** One half. */
    static final class Host {
        final HostId id;
        FakeDaemon daemon;
        Server server;
        ServerConnector connector;
        CoralConnectionFactory coral;
        InetSocketAddress address;
        Path faults;

        Host(HostId id) {
            this.id = id;
        }
    }

    TwoHosts(Path directory, Map<String, String> overrides, Handler.Abstract... handlers)
            throws Exception {
        this.directory = directory;
        this.pairFile = directory.resolve("pair.properties");
        Path keys = TestStore.directory(directory);
        Files.write(pairFile, lines(keys, overrides));
        a = start(HostId.A, handlers[0]);
        b = start(HostId.B, handlers[1]);
        plain = new Server();
        ServerConnector connector = new ServerConnector(plain);
        connector.setHost("127.0.0.1");
        plain.addConnector(connector);
        plain.setHandler(handlers[2]);
        plain.start();
        plainAddress = new InetSocketAddress("127.0.0.1", connector.getLocalPort());
    }

    private static List<String> lines(Path keyDirectory, Map<String, String> overrides) {
        nextPort += 2;
        Map<String, String> keys = new TreeMap<>();
        keys.put("keys.dir", keyDirectory.toString());
        keys.put("pair.name", "test" + nextPort);
        keys.put("service.address", "127.0.0.3");
        keys.put("service.port", "8080");
        keys.put("host.a.address", "127.0.0.1");
        keys.put("host.b.address", "127.0.0.2");
        keys.put("outside.addresses", "192.0.2.4");
        keys.put("log.port", Integer.toString(nextPort));
        keys.put("log.ack.limit.ms", "5000");
        keys.putAll(overrides);
        List<String> lines = new ArrayList<>();
        keys.forEach((key, value) -> lines.add(key + "=" + value));
        return lines;
    }

    private Host start(HostId id, Handler.Abstract handler) throws Exception {
        Host host = new Host(id);
        Path socket = directory.resolve(id.key() + ".sock");
        host.faults = Files.createDirectories(directory.resolve("faults-" + id.key()));
        host.daemon = new FakeDaemon(socket, id);
        host.server = new Server();
        host.connector =
                new ServerConnector(
                        host.server, 1, 2, new HttpConnectionFactory(), new EchoUpgrade());
        host.connector.setPort(8080);
        InetAddress own = InetAddress.getByName(id == HostId.A ? "127.0.0.1" : "127.0.0.2");
        ServerSocketChannel listening = ServerSocketChannel.open();
        listening.bind(new InetSocketAddress(own, 0), 1000);
        host.address = (InetSocketAddress) listening.getLocalAddress();
        host.connector.open(listening);
        host.coral = new CoralConnectionFactory(host.connector);
        host.coral.setPair(pairFile.toString());
        host.coral.setDaemonSocket(socket.toString());
        host.coral.setSpoolDir(directory.resolve("spool-" + id.key()).toString());
        host.coral.setFaultsDir(host.faults.toString());
        host.connector.addFirstConnectionFactory(host.coral);
        host.server.addConnector(host.connector);
        host.server.setHandler(handler);
        host.server.start();
        return host;
    }

    /** Waits for the link and makes a the primary and b the backup. */
    TwoHosts duplex() throws Exception {
        for (Host host : List.of(a, b)) {
            host.daemon.await(m -> m instanceof ModuleMessage.LogLink link && link.up());
        }
        a.daemon.take(1, ServiceRole.SIMPLEX, List.of());
        a.daemon.take(3, ServiceRole.PRIMARY, List.of());
        b.daemon.take(3, ServiceRole.BACKUP, List.of());
        return this;
    }

    ModuleMessage.RoleTaken promoteB(List<FlowSnapshot> flows) throws Exception {
        return b.daemon.take(4, ServiceRole.SIMPLEX, flows);
    }

    @Override
    public void close() throws Exception {
        for (Host host : List.of(a, b)) {
            host.server.stop();
            host.daemon.close();
        }
        plain.stop();
    }

    /** Waits until the fault points of a host say this. */
    static void awaitState(Path faults, String wanted) throws Exception {
        Path file = faults.resolve("state");
        String said = "";
        for (int i = 0; i < 500; i++) {
            said = Files.exists(file) ? Files.readString(file) : "";
            if (said.equals(wanted)) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("fault points say '" + said + "', not '" + wanted + "'");
    }

    static void fault(Path directory, String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }
}
