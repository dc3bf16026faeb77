package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A handshake of a host with itself. The first one of a virtual machine takes hundreds of
 * milliseconds, most of them to load classes; JGroups would have stopped waiting for the peer.
 */
public final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private final Thread thread;

    private Rehearsal(Thread thread) {
        this.thread = thread;
    }

    /** Begins it on an own thread. */
    public static Rehearsal begin(PairTls pair) {
        Thread thread = new Thread(() -> run(pair), "coral-rehearsal");
        thread.setDaemon(true);
        thread.start();
        return new Rehearsal(thread);
    }

    /** Waits until it is over, at most as long as two handshakes may take. */
    public void await() throws InterruptedException {
        thread.join(2L * TlsSocket.HANDSHAKE_LIMIT_MS);
    }

    /** Over the loopback interface, at a port that nobody else knows and that is closed again. */
    private static void run(PairTls pair) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        Refusals refusals = new Refusals();
        try (TlsServerSocket server = new TlsServerSocket(pair, Set.of(loopback), refusals);
                Socket client = TlsServerSocket.unconnected(pair, refusals)) {
            server.bind(new InetSocketAddress(loopback, 0), 1);
            server.listen();
            client.connect(server.getLocalSocketAddress(), TlsSocket.HANDSHAKE_LIMIT_MS);
            try (Socket peer = server.accept()) {
                client.getOutputStream().write(1);
                peer.getOutputStream().write(peer.getInputStream().read());
                client.getInputStream().read();
            }
        } catch (IOException e) {
            LOG.debug("no rehearsal of the handshake: {}", e.toString());
        }
    }
}
