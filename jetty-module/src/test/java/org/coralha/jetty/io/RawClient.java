package org.coralha.jetty.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that sends and reads bytes. */
final class RawClient implements AutoCloseable {
    final Socket socket;

    RawClient(InetSocketAddress server) throws IOException {
        this(server, 0);
    }

    /**
     * @param localPort port on 127.0.0.1 to connect from; may be in use toward another address
     */
    RawClient(InetSocketAddress server, int localPort) throws IOException {
        socket = new Socket();
        socket.setReuseAddress(true);
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress("127.0.0.1", localPort));
        socket.connect(server, 5000);
        socket.setSoTimeout(10_000);
    }

    int port() {
        return socket.getLocalPort();
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    byte[] read(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("end after " + text(bytes));
        }
        return bytes;
    }

    /** At least so many bytes, and what comes after them until nothing came for that long. */
    byte[] readQuiet(int count, int quietMs) throws IOException {
        socket.setSoTimeout(20_000);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(read(count));
        all.write(readQuiet(quietMs));
        return all.toByteArray();
    }

    /** Everything up to the first place where it ends with this text. */
    String readUntil(String end) throws IOException {
        StringBuilder all = new StringBuilder();
        while (all.length() < end.length()
                || !all.substring(all.length() - end.length()).equals(end)) {
            all.append(text(read(1)));
        }
        return all.toString();
    }

    /** What comes until nothing came for that long, or the end. */
    byte[] readQuiet(int quietMs) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[65536];
        socket.setSoTimeout(quietMs);
        try {
            int count;
            while ((count = in.read(buffer)) >= 0) {
                all.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException e) {
            // quiet
        } finally {
            socket.setSoTimeout(10_000);
        }
        return all.toByteArray();
    }

    byte[] readToEnd() throws IOException {
        return socket.getInputStream().readAllBytes();
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
