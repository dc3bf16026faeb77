package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Accepts connections of the pair's two addresses and hands out those that have proven to be of the
 * pair. Handshakes run beside each other, so a stranger that says nothing keeps nobody waiting.
 */
public final class TlsServerSocket extends ServerSocket {
    /** Beyond it the handshake that has lasted longest gives way: the peer's is a short one. */
    static final int HANDSHAKES_MAX = 16;

    private static final int PAUSE_MS = 10;

    private final PairTls pair;
    private final Set<InetAddress> allowed;
    private final Refusals refusals;
    private final BlockingQueue<Optional<Socket>> secured = new LinkedBlockingQueue<>();
    private final ArrayDeque<TlsSocket> underWay = new ArrayDeque<>();
    private Thread listener;

    /**
     * Not bound yet.
     *
     * @param allowed addresses that connections may come from
     */
    public TlsServerSocket(PairTls pair, Set<InetAddress> allowed, Refusals refusals)
            throws IOException {
        super();
        this.pair = pair;
        this.allowed = Set.copyOf(allowed);
        this.refusals = refusals;
    }

    /**
     * The client's side: shakes hands within {@link Socket#connect(java.net.SocketAddress, int)}.
     */
    public static Socket unconnected(PairTls pair, Refusals refusals) {
        return new TlsSocket(pair, refusals);
    }

    /** Waits for a connection of the pair. */
    @Override
    public Socket accept() throws IOException {
        listen();
        try {
            Optional<Socket> next = secured.take();
            if (next.isEmpty()) {
                secured.add(next);
                throw new SocketException("closed");
            }
            return next.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the peer");
        }
    }

    /** Begins to accept; the first {@link #accept} does so, too. */
    void listen() {
        synchronized (underWay) {
            if (listener == null && !isClosed()) {
                listener = daemonThread(this::acceptAll, "coral-log-accept");
            }
        }
    }

    private static Thread daemonThread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void acceptAll() {
        while (!isClosed()) {
            TlsSocket socket = new TlsSocket(pair, refusals);
            try {
                implAccept(socket);
                if (allowed.contains(socket.getInetAddress())) {
                    begin(socket);
                } else {
                    socket.close();
                    refusals.add(socket.getInetAddress(), "its address is not of the pair");
                }
            } catch (IOException e) {
                // Out of file descriptors, or closed: never spin on it.
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(TlsSocket socket) throws IOException, InterruptedException {
        synchronized (underWay) {
            while (underWay.size() >= HANDSHAKES_MAX) {
                underWay.element().close();
                underWay.wait();
            }
            underWay.add(socket);
        }
        try {
            daemonThread(() -> shakeHands(socket), "coral-handshake");
        } catch (OutOfMemoryError e) {
            // No thread to be had: this connection is refused, the next one may find one.
            socket.close();
            end(socket);
        }
    }

    private void shakeHands(TlsSocket socket) {
        InetAddress from = socket.getInetAddress();
        try {
            socket.secure(false);
            secured.add(Optional.of(socket));
            if (isClosed()) {
                socket.close();
            }
        } catch (IOException | RuntimeException e) {
            if (!isClosed()) {
                refusals.add(from, e.getMessage() + TlsSocket.ADVICE);
            }
        } finally {
            end(socket);
        }
    }

    private void end(TlsSocket socket) {
        synchronized (underWay) {
            underWay.remove(socket);
            underWay.notifyAll();
        }
    }

    /** Also ends what has not been handed out. */
    @Override
    public void close() throws IOException {
        super.close();
        synchronized (underWay) {
            for (TlsSocket socket : underWay) {
                socket.close();
            }
        }
        for (Optional<Socket> left = secured.poll(); left != null; left = secured.poll()) {
            if (left.isPresent()) {
                left.get().close();
            }
        }
        secured.add(Optional.empty());
    }
}
