package org.coralha.jetty.io.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets of two hosts, each with a key directory of its own. */
@Timeout(120)
class PairTlsTest {
    private static final int GREETING = 77;

    @TempDir Path directory;

    private final Refusals refusals = new Refusals();
    private final Refusals refusalsOfClient = new Refusals();
    private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
    private final List<Socket> opened = new ArrayList<>();
    private Path keysA;
    private Path keysB;
    private PairTls tlsB;
    private TlsServerSocket server;
    private Thread acceptor;

    @BeforeEach
    void listenAsHostA() throws Exception {
        keysA = directory.resolve("a");
        keysB = directory.resolve("b");
        Path storeA = TestStore.write(keysA, "one:1");
        Path storeB = TestStore.write(keysB, "one:1");
        tlsB = new PairTls(IdentityFile.open(storeB));
        server =
                new TlsServerSocket(
                        new PairTls(IdentityFile.open(storeA)),
                        Set.of(address("127.0.0.1"), address("127.0.0.2")),
                        refusals);
        server.bind(new InetSocketAddress("127.0.0.1", 0));
        acceptor = new Thread(this::acceptAll);
        acceptor.start();
    }

    private void acceptAll() {
        try {
            while (true) {
                accepted.add(server.accept());
            }
        } catch (IOException e) {
            // closed
        }
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        acceptor.join();
        for (Socket socket : opened) {
            socket.close();
        }
        for (Socket socket : accepted) {
            socket.close();
        }
    }

    private static InetAddress address(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    private Socket open(Socket socket) throws IOException {
        opened.add(socket);
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(server.getLocalSocketAddress(), 5_000);
        return socket;
    }

    private Socket connect(PairTls as) throws IOException {
        return open(TlsServerSocket.unconnected(as, refusalsOfClient));
    }

    /** Both ways: with TLS 1.3 a client learns only then that it is refused. */
    private void talk(PairTls as) throws Exception {
        Socket client = connect(as);
        client.getOutputStream().write(GREETING);
        Socket peer = accepted.poll(30, TimeUnit.SECONDS);
        assertEquals(GREETING, peer.getInputStream().read());
        peer.getOutputStream().write(GREETING + 1);
        assertEquals(GREETING + 1, client.getInputStream().read());
    }

    private PairTls with(String name, String... identities) throws Exception {
        return new PairTls(IdentityFile.open(TestStore.write(directory.resolve(name), identities)));
    }

    private void awaitRefused(long count) throws Exception {
        for (int i = 0; i < 3_000 && refusals.sum() < count; i++) {
            Thread.sleep(10);
        }
        assertEquals(count, refusals.sum());
        assertTrue(accepted.isEmpty(), "nobody was let in");
    }

    private static void reads(Socket socket) throws IOException {
        socket.setSoTimeout(30_000);
        if (socket.getInputStream().read() < 0) {
            throw new IOException("end");
        }
    }

    @Test
    void theHostsOfThePairTalk() throws Exception {
        talk(tlsB);
        assertEquals(0, refusals.sum());
        assertEquals(0, refusalsOfClient.sum());
    }

    @Test
    void anotherIdentityIsRefusedAndCounted() throws Exception {
        PairTls stranger = with("stranger", "two:1");
        assertThrows(IOException.class, () -> reads(connect(stranger)));
        awaitRefused(1);
        assertTrue(refusalsOfClient.sum() > 0);
    }

    /** As the one before, by somebody who says that it has what it has not. */
    @Test
    void theNameOfAnIdentityIsNotItsKey() throws Exception {
        String name = IdentityFile.open(keysB.resolve("log.p12")).current().get(0).name();
        Identity two =
                IdentityFile.open(TestStore.write(directory.resolve("forger"), "two:1"))
                        .current()
                        .get(0);
        Identity forged = new Identity(1, name, two.key(), two.certificate());
        Socket socket = open(new Socket());
        SSLSocket tls = PairTls.layered(socket, List.of(forged), new TrustAll());
        tls.setUseClientMode(true);
        assertThrows(IOException.class, () -> reads(tls));
        awaitRefused(1);
    }

    @Test
    void aClientWithoutCertificateIsRefused() throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, new TrustManager[] {new TrustAll()}, null);
        Socket socket = open(new Socket());
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "a", 1, true);
        assertThrows(IOException.class, () -> reads(tls));
        awaitRefused(1);
    }

    @Test
    void olderTlsIsRefused() throws Exception {
        SSLSocket tls =
                PairTls.layered(
                        open(new Socket()),
                        IdentityFile.open(keysB.resolve("log.p12")).current(),
                        new TrustAll());
        tls.setUseClientMode(true);
        tls.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThrows(IOException.class, tls::startHandshake);
        awaitRefused(1);
    }

    @Test
    void plainTextIsRefused() throws Exception {
        Socket socket = open(new Socket());
        socket.getOutputStream().write("bela and more than any header is long".getBytes());
        awaitRefused(1);
        Socket gone = open(new Socket());
        gone.close();
        awaitRefused(2);
    }

    @Test
    void aServerThatIsNotThePeerIsRefusedByTheClient() throws Exception {
        TestStore.write(keysA, "two:1");
        assertThrows(IOException.class, () -> connect(tlsB));
        awaitRefused(1);
        assertEquals(1, refusalsOfClient.sum());
    }

    @Test
    void anotherAddressIsRefusedBeforeItSaysAnything() throws Exception {
        Socket socket = TlsServerSocket.unconnected(tlsB, refusalsOfClient);
        opened.add(socket);
        socket.bind(new InetSocketAddress("127.0.0.9", 0));
        assertThrows(
                IOException.class, () -> socket.connect(server.getLocalSocketAddress(), 5_000));
        awaitRefused(1);
    }

    @Test
    void silentConnectionsDoNotKeepThePeerOut() throws Exception {
        for (int i = 0; i < TlsServerSocket.HANDSHAKES_MAX - 1; i++) {
            open(new Socket());
        }
        talk(tlsB);
        assertEquals(0, refusals.sum(), "they are still within their limit");
        // If each had its whole limit, the peer would give up before its turn came.
        for (int i = 0; i < 3 * TlsServerSocket.HANDSHAKES_MAX; i++) {
            open(new Socket());
        }
        talk(tlsB);
        assertTrue(refusals.sum() > 2 * TlsServerSocket.HANDSHAKES_MAX, "the oldest gave way");
    }

    @Test
    void silenceEndsAtTheLimit() throws Exception {
        Socket silent = open(new Socket());
        silent.getOutputStream().write(22);
        assertEquals(-1, endOf(silent));
        awaitRefused(1);
    }

    private static int endOf(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        try {
            int read;
            do {
                read = socket.getInputStream().read();
            } while (read >= 0);
            return read;
        } catch (java.net.SocketException e) {
            return -1;
        }
    }

    @Test
    void aRotationMayReachEitherHostFirst() throws Exception {
        TestStore.write(keysB, "one:1", "two:2");
        talk(tlsB);
        assertEquals("one", presented(tlsB), "host a does not have the second yet");
        TestStore.write(keysA, "one:1", "two:2");
        assertEquals("two", presented(tlsB));
        TestStore.write(keysB, "one:1");
        assertEquals("one", presented(tlsB), "host b has it no more");
        TestStore.write(keysB, "two:2");
        talk(tlsB);
        assertEquals(0, refusals.sum());
        TestStore.write(keysA, "three:3");
        assertThrows(IOException.class, () -> reads(connect(tlsB)));
        awaitRefused(1);
    }

    private String presented(PairTls as) throws Exception {
        TlsSocket client = (TlsSocket) connect(as);
        accepted.poll(30, TimeUnit.SECONDS).close();
        String subject =
                ((X509Certificate) client.session().getPeerCertificates()[0])
                        .getSubjectX500Principal()
                        .getName();
        assertEquals(
                client.session().getPeerCertificates()[0],
                client.session().getLocalCertificates()[0],
                "both present the same one");
        return subject.replaceAll(".*OU=([a-z]+).*", "$1");
    }

    @Test
    void aBrokenNewFileKeepsTheOldOneInForce() throws Exception {
        Files.writeString(keysA.resolve("log.p12"), "half a file");
        talk(tlsB);
        Files.delete(keysA.resolve("log.p12"));
        talk(tlsB);
        TestStore.write(keysA, "two:2");
        TestStore.write(keysB, "two:2");
        talk(tlsB);
        assertEquals(0, refusals.sum());
    }

    /** As tar and scp leave it: first the content, then the times of the original, then modes. */
    @Test
    void aNewFileThatCouldNotBeReadAtFirstIsReadLater() throws Exception {
        Path store = keysA.resolve("log.p12");
        byte[] fresh =
                Files.readAllBytes(TestStore.write(directory.resolve("fresh"), "one:1", "two:2"));
        FileTime copied = FileTime.fromMillis(1_000_000);
        Files.write(store, new byte[fresh.length]);
        Files.setLastModifiedTime(store, copied);
        assertEquals("one", presented(tlsB));
        Files.write(store, fresh);
        Files.setLastModifiedTime(store, copied);
        TestStore.write(keysB, "two:2");
        assertEquals("two", presented(tlsB));
    }

    @Test
    void closingEndsEverythingThatIsUnderWay() throws Exception {
        Socket silent = open(new Socket());
        Socket heard = connect(tlsB);
        accepted.add(accepted.poll(30, TimeUnit.SECONDS));
        server.close();
        acceptor.join();
        assertEquals(-1, endOf(silent));
        assertFalse(heard.isClosed());
        for (int i = 0; i < 3_000 && threads() > 0; i++) {
            Thread.sleep(10);
        }
        assertEquals(0, threads());
        assertThrows(IOException.class, server::accept);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().matches("coral-(handshake|log-accept)"))
                .count();
    }

    /** What an attacker's trust is like. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(
                X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(
                X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
