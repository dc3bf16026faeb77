package org.coralha.drill.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * Reads replies with exact framing: every byte must belong to the status line, a header, the body
 * as its length says, or the chunked coding. Anything else is a {@link CorruptReplyException}; an
 * end in the middle is a {@link PrematureEndException}.
 */
final class ReplyReader {
    /** Bytes of a body that are kept for looking into small replies. */
    static final int KEPT_BYTES = 4096;

    private static final int LINE_LIMIT_BYTES = 16 * 1024;
    private static final int HEADER_LIMIT = 100;
    private static final int CHUNK = 64 * 1024;

    private final CheckedSocket socket;
    private final byte[] chunk = new byte[CHUNK];
    private final BodyWatcher watcher;

    /** Told about each piece of a body, to place a fault in the middle of it. */
    @FunctionalInterface
    interface BodyWatcher {
        /** The body has reached this length; reading goes on when this returns. */
        void bodyAt(long bytes) throws IOException;
    }

    ReplyReader(CheckedSocket socket, BodyWatcher watcher) {
        this.socket = socket;
        this.watcher = watcher;
    }

    /** Reads one interim reply, 1xx, or nothing else. */
    void readContinue() throws IOException {
        Head head = readHead();
        if (head.status != 100) {
            throw new FailedReplyException("status " + head.status + " in place of 100 Continue");
        }
    }

    /** Reads the final reply to this request; interim replies before it are skipped. */
    Reply read(Request request) throws IOException {
        Head head = readHead();
        while (head.status >= 100 && head.status < 200) {
            head = readHead();
        }
        Body body = new Body();
        if (request.method().equals("HEAD") || head.status == 304 || head.status == 204) {
            return reply(head, body, request);
        }
        String length = head.headers.get("content-length");
        String coding = head.headers.get("transfer-encoding");
        if (coding != null) {
            readChunked(coding, length, body);
        } else if (length != null) {
            readCounted(parseLength(length, 10), body, "body");
        } else {
            requireClose(head, request);
            readToEnd(body);
        }
        return reply(head, body, request);
    }

    private void requireClose(Head head, Request request) throws CorruptReplyException {
        if (!request.closes() && !head.closes()) {
            throw new CorruptReplyException("a reply without length on a connection that stays");
        }
    }

    private Reply reply(Head head, Body body, Request request) {
        boolean closes = head.closes() || request.closes();
        return new Reply(
                head.status,
                head.headers,
                body.count,
                HexFormat.of().formatHex(body.digest.digest()),
                body.kept.toByteArray(),
                closes);
    }

    private void readChunked(String coding, String length, Body body) throws IOException {
        if (!coding.equalsIgnoreCase("chunked") || length != null) {
            throw new CorruptReplyException(
                    "Transfer-Encoding " + coding + " with Content-Length " + length);
        }
        while (true) {
            String line = readLine();
            int extension = line.indexOf(';');
            long size = parseLength(extension < 0 ? line : line.substring(0, extension), 16);
            if (size == 0) {
                break;
            }
            readCounted(size, body, "chunk");
            if (!readLine().isEmpty()) {
                throw new CorruptReplyException("a chunk of " + size + " bytes has no end of line");
            }
        }
        while (!readLine().isEmpty()) {
            // trailers are allowed and carry no promise
        }
    }

    private void readCounted(long size, Body body, String what) throws IOException {
        long left = size;
        while (left > 0) {
            int count = socket.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (count < 0) {
                throw new PrematureEndException(
                        "end of stream with " + left + " of " + size + " " + what + " bytes owed");
            }
            body.add(chunk, count);
            left -= count;
            watcher.bodyAt(body.count);
        }
    }

    private void readToEnd(Body body) throws IOException {
        int count = socket.read(chunk, 0, chunk.length);
        while (count >= 0) {
            body.add(chunk, count);
            watcher.bodyAt(body.count);
            count = socket.read(chunk, 0, chunk.length);
        }
    }

    private Head readHead() throws IOException {
        String line = readLine();
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw new CorruptReplyException("status line '" + shorten(line) + "'");
        }
        Head head = new Head(Integer.parseInt(line.substring(9, 12)), line.startsWith("HTTP/1.0"));
        for (int i = 0; i < HEADER_LIMIT; i++) {
            String header = readLine();
            if (header.isEmpty()) {
                return head;
            }
            int colon = header.indexOf(':');
            if (colon < 1) {
                throw new CorruptReplyException("header line '" + shorten(header) + "'");
            }
            String name = header.substring(0, colon).toLowerCase(Locale.ROOT);
            head.headers.put(name, header.substring(colon + 1).trim());
        }
        throw new CorruptReplyException("more than " + HEADER_LIMIT + " header lines");
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        while (line.size() < LINE_LIMIT_BYTES) {
            int next = socket.read();
            if (next < 0) {
                throw new PrematureEndException(
                        "end of stream in a line after '"
                                + shorten(line.toString(StandardCharsets.ISO_8859_1))
                                + "'");
            }
            if (next == '\r') {
                if (socket.read() != '\n') {
                    throw new CorruptReplyException("a carriage return without line feed");
                }
                return line.toString(StandardCharsets.ISO_8859_1);
            }
            line.write(next);
        }
        throw new CorruptReplyException("a line longer than " + LINE_LIMIT_BYTES + " bytes");
    }

    private static long parseLength(String text, int radix) throws CorruptReplyException {
        try {
            long length = Long.parseLong(text.trim(), radix);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new CorruptReplyException("length '" + shorten(text) + "'");
    }

    private static String shorten(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static final class Head {
        final int status;
        final boolean http10;
        final Map<String, String> headers = new HashMap<>();

        Head(int status, boolean http10) {
            this.status = status;
            this.http10 = http10;
        }

        boolean closes() {
            String connection = headers.getOrDefault("connection", "");
            return http10
                    ? !connection.equalsIgnoreCase("keep-alive")
                    : connection.equalsIgnoreCase("close");
        }
    }

    private static final class Body {
        final MessageDigest digest = sha256();
        final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long count;

        void add(byte[] bytes, int length) {
            digest.update(bytes, 0, length);
            int keep = Math.min(length, KEPT_BYTES - kept.size());
            kept.write(bytes, 0, keep);
            count += length;
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
