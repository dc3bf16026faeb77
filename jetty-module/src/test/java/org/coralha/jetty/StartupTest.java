package org.coralha.jetty;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.coralha.jetty.io.tls.TestStore;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.HostId;
import org.coralha.pair.MessageCodec;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Everything that must keep Jetty from starting says what and how to repair it. */
@Timeout(60)
class StartupTest {
    @TempDir Path directory;

    private Path pair(String... more) throws Exception {
        List<String> lines =
                List.of(
                        "pair.name=start",
                        "service.address=127.0.0.3",
                        "service.port=18099",
                        "host.a.address=127.0.0.1",
                        "host.b.address=192.0.2.1",
                        "outside.addresses=192.0.2.4",
                        "log.port=18990",
                        "keys.dir=" + TestStore.directory(directory),
                        String.join("\n", more));
        return Files.write(directory.resolve("pair.properties"), lines);
    }

    private String failure(String pair, String socket, String spool, int port, String host) {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setPort(port);
        connector.setHost(host);
        CoralConnectionFactory coral = new CoralConnectionFactory(connector);
        coral.setPair(pair);
        coral.setDaemonSocket(socket);
        coral.setSpoolDir(spool);
        connector.addFirstConnectionFactory(coral);
        server.addConnector(connector);
        String message = assertThrows(IllegalStateException.class, server::start).getMessage();
        assertFalse(server.isRunning());
        assertFalse(connector.isOpen());
        assertFalse(connector.isRunning());
        return message;
    }

    @Test
    void allProblemsAreNamedAtOnce() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "");
        String message =
                failure(
                        directory.resolve("none.properties").toString(),
                        directory.resolve("none.sock").toString(),
                        file.resolve("spool").toString(),
                        0,
                        null);
        assertTrue(message.contains("none.properties: no such file: create it"), message);
        assertTrue(message.contains("coral.spool.dir="), message);
        assertTrue(message.contains("systemctl start coral-heartbeatd"), message);
    }

    @Test
    void wrongPortHostAndKeysAreNamed() throws Exception {
        String socket = directory.resolve("none.sock").toString();
        String spool = directory.resolve("spool").toString();
        String message = failure(pair().toString(), socket, spool, 0, "127.0.0.1");
        assertTrue(message.contains("jetty.http.port=0 is not service.port=18099"), message);
        assertTrue(message.contains("remove jetty.http.host"), message);
        message = failure(pair("no.such.key=1").toString(), socket, spool, 18099, null);
        assertTrue(message.contains("unknown key no.such.key"), message);
    }

    @Test
    void whatIsWrongWithTheKeysIsNamedBesideTheRest() throws Exception {
        String pair = pair().toString();
        Path store = directory.resolve("keys/log.p12");
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rw-rw-r--"));
        Files.setPosixFilePermissions(
                store.getParent(), PosixFilePermissions.fromString("rwxrwx---"));
        String message = failureOfKeys(pair);
        assertTrue(message.contains("may use it: chmod 0640 " + store), message);
        assertTrue(message.contains("others may replace it: chmod go-w"), message);
        TestStore.writeExpired(store.getParent());
        message = failureOfKeys(pair);
        assertTrue(message.contains("its newest certificate ended on"), message);
        assertTrue(message.contains("coralctl keys rotate"), message);
        Files.writeString(store, "no store");
        message = failureOfKeys(pair);
        assertTrue(message.contains("cannot be used: "), message);
        Files.delete(store);
        message = failureOfKeys(pair);
        assertTrue(message.contains("no such file: coralctl keys init"), message);
    }

    /** Whatever else is wrong stays named. */
    private String failureOfKeys(String pair) {
        String none = directory.resolve("none.sock").toString();
        String spool = directory.resolve("spool").toString();
        String message = failure(pair, none, spool, 18099, null);
        assertTrue(message.contains("keys.dir: " + directory.resolve("keys/log.p12")), message);
        assertTrue(message.contains("coral.daemon.socket=" + none), message);
        return message;
    }

    /** As on a host where the daemon, which adds the address, does not run. */
    @Test
    void anAddressThatCannotBeBoundIsNotTheFirstThingToBeNamed() throws Exception {
        Path pair = pair();
        Files.writeString(pair, Files.readString(pair).replace("127.0.0.3", "198.51.100.7"));
        String spool = directory.resolve("spool").toString();
        Path none = directory.resolve("none.sock");
        String message = failure(pair.toString(), none.toString(), spool, 18099, "198.51.100.7");
        assertTrue(message.contains("coral.daemon.socket=" + none), message);
        assertTrue(message.contains("systemctl start coral-heartbeatd"), message);
        assertFalse(Files.exists(directory.resolve("spool")), "left behind");
        Path left = Files.writeString(directory.resolve("left.sock"), "");
        message = failure(pair.toString(), left.toString(), spool, 18099, "198.51.100.7");
        assertTrue(message.contains("service.address=198.51.100.7 is not on this host"), message);
    }

    private Path daemon(DaemonMessage answer) throws Exception {
        Path path = directory.resolve("daemon.sock");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        Thread thread =
                new Thread(
                        () -> {
                            try (listening;
                                    SocketChannel module = listening.accept()) {
                                module.read(ByteBuffer.allocate(1000));
                                module.write(MessageCodec.encode(answer));
                                module.read(ByteBuffer.allocate(1000));
                            } catch (java.io.IOException e) {
                                // the test is over
                            }
                        });
        thread.setDaemon(true);
        thread.start();
        return path;
    }

    @Test
    void refusalOfTheDaemonIsPassedOn() throws Exception {
        Path socket = daemon(new DaemonMessage.Refused("the configurations differ"));
        String spool = directory.resolve("spool").toString();
        String message = failure(pair().toString(), socket.toString(), spool, 18099, null);
        assertTrue(message.contains("refuses this Jetty: the configurations differ"), message);
    }

    @Test
    void addressThatIsNotOnThisHostIsNamed() throws Exception {
        Path socket = daemon(new DaemonMessage.Welcome(HostId.B, 0));
        String spool = directory.resolve("spool").toString();
        String message = failure(pair().toString(), socket.toString(), spool, 18099, null);
        assertTrue(message.contains("host.b.address=192.0.2.1 port 18990"), message);
        assertTrue(message.contains("must be on this host"), message);
    }

    @Test
    void fileThatIsNotASocketIsNamed() throws Exception {
        Path file = directory.resolve("plain.sock");
        Files.writeString(file, "");
        String spool = directory.resolve("spool").toString();
        String message = failure(pair().toString(), file.toString(), spool, 18099, null);
        assertTrue(message.contains("the daemon does not answer"), message);
    }
}
