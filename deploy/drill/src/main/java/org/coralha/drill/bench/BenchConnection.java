package org.coralha.drill.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One keep-alive connection that costs its process as little as it can: bodies are one block over
 * and over, replies are skipped by their length. What arrived whole is checked by the count that
 * the service answers. Used by one thread.
 */
final class BenchConnection implements Closeable {
    private static final int CONNECT_LIMIT_MS = 10_000;
    private static final int SILENCE_LIMIT_MS = 60_000;
    private static final byte[] BLOCK = new byte[256 * 1024];
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    private BenchConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /**
     * Connects.
     *
     * @param noDelay false for Nagle's algorithm
     */
    static BenchConnection open(InetSocketAddress server, boolean noDelay) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(noDelay);
            socket.setSoTimeout(SILENCE_LIMIT_MS);
            socket.connect(server, CONNECT_LIMIT_MS);
            return new BenchConnection(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** One small request and its reply. */
    void exchange(SmallPattern pattern) throws IOException {
        for (byte[] piece : pattern.pieces()) {
            out.write(piece);
        }
        reply();
    }

    /** Uploads that many bytes. */
    void upload(long bytes) throws IOException {
        String head =
                "POST /demo/upload HTTP/1.1\r\nHost: c\r\nContent-Length: " + bytes + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        for (long left = bytes; left > 0; left -= BLOCK.length) {
            out.write(BLOCK, 0, (int) Math.min(left, BLOCK.length));
        }
        String body = reply().replace(" ", "");
        if (!body.contains("\"bytes\":" + bytes + ",")) {
            throw new IOException(bytes + " bytes were uploaded, the service says " + body);
        }
    }

    private String reply() throws IOException {
        String status = line();
        int length = -1;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).trim());
            }
        }
        if (!status.startsWith("HTTP/1.1 200") || length < 0) {
            throw new IOException("not a whole reply: " + status + ", length " + length);
        }
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after '" + line + "'");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
