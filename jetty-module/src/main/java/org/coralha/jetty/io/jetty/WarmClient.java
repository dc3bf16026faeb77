package org.coralha.jetty.io.jetty;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** A connection of this Jetty to itself. Used by one thread. */
final class WarmClient implements AutoCloseable {
    private static final int LIMIT_MS = 10_000;
    private static final int BUFFER_BYTES = 32 << 10;

    private static final List<String> HEADERS =
            List.of(
                    "",
                    "Accept: */*\r\n",
                    "Accept: text/html,*/*;q=0.8\r\nAccept-Language: en,de;q=0.5\r\n"
                            + "Accept-Encoding: gzip, deflate\r\nConnection: keep-alive\r\n"
                            + "Cache-Control: max-age=0\r\nX-Forwarded-For: 192.0.2.1\r\n");

    private final Socket socket;
    private final String host;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Reply reply = new Reply();
    private final HttpParser parser = new HttpParser(reply);

    /** Told the own address before anything can be accepted from it. */
    interface Introduction {
        /** The connection will come from there. */
        void comesFrom(InetSocketAddress own);
    }

    WarmClient(InetSocketAddress service, Introduction introduction) throws IOException {
        String address = service.getAddress().getHostAddress();
        boolean six = address.indexOf(':') >= 0;
        host = (six ? "[" + address + "]" : address) + ":" + service.getPort();
        socket = new Socket();
        try {
            socket.setSoTimeout(LIMIT_MS);
            socket.setTcpNoDelay(true);
            // The address of the service is on this host, and so the source of what goes there.
            socket.bind(new InetSocketAddress(service.getAddress(), 0));
            introduction.comesFrom((InetSocketAddress) socket.getLocalSocketAddress());
            socket.connect(service, LIMIT_MS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** False once the server has announced the end of the connection. */
    boolean isOpen() {
        return !reply.last;
    }

    /**
     * Asks, as different clients do in turn.
     *
     * @param number counts the requests
     * @return bytes of the request
     */
    int ask(String path, int number) throws IOException {
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: Coral-Warm\r\n";
        String more = HEADERS.get(number % HEADERS.size());
        byte[] bytes = (request + more + "\r\n").getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(bytes);
        return bytes.length;
    }

    /** Drops that many bytes of what comes. */
    void skip(int count) throws IOException {
        socket.getInputStream().skipNBytes(count);
    }

    /**
     * Reads a whole reply.
     *
     * @return its status, 0 if it is no reply
     */
    int receive() throws IOException {
        reply.complete = false;
        parser.reset();
        InputStream in = socket.getInputStream();
        while (!reply.complete) {
            int count = in.read(buffer);
            if (count < 0) {
                parser.atEOF();
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, Math.max(0, count));
            do {
                parser.parseNext(bytes);
            } while (bytes.hasRemaining() && !reply.complete);
            if (count < 0 && !reply.complete) {
                throw new EOFException("the connection ended within a reply");
            }
        }
        return reply.status;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class Reply implements HttpParser.ResponseHandler {
        int status;
        boolean complete;
        boolean last;

        @Override
        public void startResponse(HttpVersion version, int newStatus, String reason) {
            status = newStatus;
        }

        @Override
        public void parsedHeader(HttpField field) {
            last |= field.getHeader() == HttpHeader.CONNECTION && field.contains("close");
        }

        @Override
        public boolean headerComplete() {
            return false;
        }

        @Override
        public boolean content(ByteBuffer bytes) {
            bytes.position(bytes.limit());
            return false;
        }

        @Override
        public boolean contentComplete() {
            return false;
        }

        @Override
        public boolean messageComplete() {
            complete = true;
            return true;
        }

        @Override
        public void badMessage(HttpException failure) {
            complete = true;
            last = true;
            status = 0;
        }

        @Override
        public void earlyEOF() {
            last = true;
        }
    }
}
