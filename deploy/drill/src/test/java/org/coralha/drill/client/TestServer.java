package org.coralha.drill.client;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A small stand-in for the demo application on a real socket, which misbehaves in one way from the
 * second request of each connection on (the first one on the others is always right).
 */
final class TestServer implements Closeable {
    private final ServerSocket server;
    private final Misbehaviour misbehaviour;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    TestServer(Misbehaviour misbehaviour) throws IOException {
        this.misbehaviour = misbehaviour;
        this.server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
        start("accept", this::accept);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                start("serve", () -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            TestReplies replies = new TestReplies(socket, misbehaviour);
            Map<String, String> request = readHead(in, socket.getOutputStream());
            for (int ordinal = 0; request != null; ordinal++) {
                if (!replies.answer(request, in, ordinal)) {
                    return;
                }
                request = readHead(in, socket.getOutputStream());
            }
        } catch (IOException | InterruptedException e) {
            // the client sees it
        } finally {
            open.remove(socket);
        }
    }

    /** Request line and headers; "" holds the request line. Null at the end of the stream. */
    private static Map<String, String> readHead(InputStream in, OutputStream out)
            throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        Map<String, String> head = new HashMap<>();
        head.put("", line);
        for (line = readLine(in); line != null && !line.isEmpty(); line = readLine(in)) {
            int colon = line.indexOf(':');
            head.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim());
        }
        if (head.containsKey("expect")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return head;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c == '\n') {
                return line.toString().trim();
            }
            line.append((char) c);
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
