package org.coralha.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.coralha.kernel.jna.Namespace;

/** Plain sockets for tests between namespaces. Reading gives up after five seconds. */
final class Connections {
    private static final int LIMIT_MS = 5000;

    private Connections() {}

    static ServerSocket listen(TwoHosts.Host host) {
        return host.namespace.call(
                () -> {
                    ServerSocket server = new ServerSocket();
                    server.setReuseAddress(true);
                    server.bind(TwoHosts.service());
                    server.setSoTimeout(LIMIT_MS);
                    return server;
                });
    }

    static Socket accept(ServerSocket server) throws IOException {
        Socket socket = server.accept();
        socket.setSoTimeout(LIMIT_MS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    static Socket connect(Namespace from, int localPort) {
        return from.call(
                () -> {
                    Socket socket = new Socket();
                    socket.setReuseAddress(true);
                    if (localPort != 0) {
                        socket.bind(new java.net.InetSocketAddress(localPort));
                    }
                    socket.setSoTimeout(LIMIT_MS);
                    socket.setTcpNoDelay(true);
                    socket.connect(TwoHosts.service(), LIMIT_MS);
                    return socket;
                });
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes a part of it on a thread of its own; done when the stack has taken it all. */
    static CompletableFuture<Void> send(Socket socket, byte[] body, int from, int bytes) {
        return later(
                () -> {
                    try {
                        socket.getOutputStream().write(body, from, bytes);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return null;
                });
    }

    static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    /** Bytes that tell every position from every other. */
    static byte[] body(int bytes, long seed) {
        byte[] body = new byte[bytes];
        new Random(seed).nextBytes(body);
        return body;
    }

    /**
     * Runs on a thread of its own: the common pool has a single one on two processors, and tasks
     * that wait for each other would wait for ever.
     */
    static <T> CompletableFuture<T> later(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, work -> new Thread(work, "later").start());
    }

    static CompletableFuture<byte[]> receiveLater(Socket socket, int bytes) {
        return later(
                () -> {
                    try {
                        return socket.getInputStream().readNBytes(bytes);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /** Writes slowly enough that the test can interfere; ends quietly with the connection. */
    static void sendSlowly(Socket socket, byte[] body) {
        sendSlowly(socket, body, 50_000);
    }

    /** The same with another size of what is written at once: smaller is slower. */
    static void sendSlowly(Socket socket, byte[] body, int pieceBytes) {
        Thread writer =
                new Thread(
                        () -> {
                            try {
                                for (int at = 0; at < body.length; at += pieceBytes) {
                                    int bytes = Math.min(pieceBytes, body.length - at);
                                    socket.getOutputStream().write(body, at, bytes);
                                    Thread.sleep(1);
                                }
                            } catch (IOException | InterruptedException e) {
                                // the host was cut off
                            }
                        });
        writer.setDaemon(true);
        writer.start();
    }
}
