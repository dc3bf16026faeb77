package org.coralha.drill.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Answers of the test server on one connection, right or wrong in one way. */
final class TestReplies {
    private final Socket socket;
    private final OutputStream out;
    private final Misbehaviour misbehaviour;
    private byte[] heldBack;

    TestReplies(Socket socket, Misbehaviour misbehaviour) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.misbehaviour = misbehaviour;
    }

    /** Answers; false if the connection ends. */
    boolean answer(Map<String, String> request, InputStream in, int ordinal)
            throws IOException, InterruptedException {
        Misbehaviour wrong = ordinal == 0 ? Misbehaviour.NONE : misbehaviour;
        String[] words = request.get("").split(" ");
        boolean http10 = words[2].equals("HTTP/1.0");
        boolean random = words[1].startsWith("/demo/random");
        boolean close =
                http10
                        || "close".equals(request.get("connection"))
                        || (wrong == Misbehaviour.CLOSES_UNASKED && random);
        byte[] reply = reply(words, request, in, http10, wrong);
        switch (wrong) {
            case RESET_INSTEAD -> {
                return reset();
            }
            case END_INSTEAD -> {
                return false;
            }
            case RESET_IN_BODY -> {
                out.write(reply, 0, reply.length - 10);
                out.flush();
                TimeUnit.MILLISECONDS.sleep(50);
                return reset();
            }
            case TRUNCATED, TRUNCATED_CHUNKS -> {
                out.write(reply, 0, reply.length - 10);
                return false;
            }
            case ORDER_SWAPPED -> swapped(reply);
            case STRAY_BYTES -> {
                out.write(reply);
                out.write("stray".getBytes(StandardCharsets.US_ASCII));
            }
            default -> out.write(reply);
        }
        if (close && misbehaviour == Misbehaviour.NO_END_AFTER_CLOSE) {
            out.write("more".getBytes(StandardCharsets.US_ASCII));
        }
        return !close;
    }

    private boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        return false;
    }

    private void swapped(byte[] reply) throws IOException {
        if (heldBack == null) {
            heldBack = reply;
            return;
        }
        out.write(reply);
        out.write(heldBack);
        heldBack = null;
    }

    private byte[] reply(
            String[] words,
            Map<String, String> request,
            InputStream in,
            boolean http10,
            Misbehaviour wrong)
            throws IOException, InterruptedException {
        if (words[1].startsWith("/demo/upload")) {
            return upload(Integer.parseInt(request.get("content-length")), in, wrong);
        }
        if (words[1].startsWith("/demo/etag")) {
            String status = request.containsKey("if-none-match") ? "304 Not Modified" : "200 OK";
            return head(
                    status,
                    "ETag: \"x\"" + (status.startsWith("3") ? "" : "\r\nContent-Length: 0"));
        }
        if (words[1].startsWith("/demo/ledger")) {
            return call(text(words[1], "id"), wrong);
        }
        TimeUnit.MILLISECONDS.sleep(parameter(words[1], "ms"));
        return random(words, http10, wrong);
    }

    private static byte[] call(String id, Misbehaviour wrong) throws IOException {
        String named = wrong == Misbehaviour.OTHER_CALL ? id + "1" : id;
        byte[] body = ("{\"id\":\"" + named + "\"}").getBytes(StandardCharsets.US_ASCII);
        String headers = headers(hex(body), wrong) + "\r\nContent-Length: " + body.length;
        return head("200 OK", headers, body);
    }

    private static byte[] random(String[] words, boolean http10, Misbehaviour wrong)
            throws IOException {
        byte[] body = new byte[(int) parameter(words[1], "bytes")];
        ThreadLocalRandom.current().nextBytes(body);
        String digest = hex(body);
        if (wrong == Misbehaviour.WRONG_BYTE) {
            body[body.length / 2] ^= 1;
        } else if (wrong == Misbehaviour.MIXED_GENERATIONS) {
            byte[] other = new byte[body.length];
            ThreadLocalRandom.current().nextBytes(other);
            System.arraycopy(other, 0, body, body.length / 2, body.length - body.length / 2);
        } else if (wrong == Misbehaviour.ONE_BYTE_SHORT) {
            body = java.util.Arrays.copyOf(body, body.length - 1);
            digest = hex(body);
        }
        boolean chunked = parameter(words[1], "chunks") > 0;
        String headers = headers(digest, wrong);
        if (words[0].equals("HEAD")) {
            byte[] none = wrong == Misbehaviour.BODY_AFTER_HEAD ? body : new byte[0];
            return head("200 OK", headers + "\r\nContent-Length: " + body.length, none);
        }
        if (!chunked) {
            return head("200 OK", headers + "\r\nContent-Length: " + body.length, body);
        }
        if (http10) {
            return head("200 OK", headers, body);
        }
        return head("200 OK", headers + "\r\nTransfer-Encoding: chunked", chunked(body, wrong));
    }

    private static String headers(String digest, Misbehaviour wrong) {
        String nonce =
                wrong == Misbehaviour.SAME_NONCE
                        ? "same"
                        : Long.toHexString(ThreadLocalRandom.current().nextLong());
        String headers = "X-Nonce: " + nonce;
        if (wrong != Misbehaviour.NO_DIGEST) {
            headers += "\r\nX-Body-SHA256: " + digest;
        }
        if (wrong == Misbehaviour.CLOSES_UNASKED) {
            headers += "\r\nConnection: close";
        }
        return wrong == Misbehaviour.STATUS_500 ? headers + "\r\nX-Fail: yes" : headers;
    }

    private static byte[] chunked(byte[] body, Misbehaviour wrong) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int half = body.length / 2;
        chunk(out, body, 0, half);
        if (wrong == Misbehaviour.NO_CHUNK_END) {
            out.write("xx".getBytes(StandardCharsets.US_ASCII));
        }
        chunk(out, body, half, body.length - half);
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream out, byte[] body, int from, int length)
            throws IOException {
        out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(body, from, length);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] upload(int bytes, InputStream in, Misbehaviour wrong) throws IOException {
        byte[] body = in.readNBytes(bytes);
        if (wrong == Misbehaviour.WRONG_UPLOAD_DIGEST) {
            body[0] ^= 1;
        }
        String json = "{\"bytes\":" + bytes + ",\"sha256\":\"" + hex(body) + "\"}";
        byte[] answer = json.getBytes(StandardCharsets.US_ASCII);
        return head("200 OK", "Content-Length: " + answer.length, answer);
    }

    private static byte[] head(String status, String headers) throws IOException {
        return head(status, headers, new byte[0]);
    }

    private static byte[] head(String status, String headers, byte[] body) throws IOException {
        String line = headers.contains("X-Fail") ? "500 Server Error" : status;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(
                ("HTTP/1.1 " + line + "\r\n" + headers + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        return out.toByteArray();
    }

    private static long parameter(String path, String name) {
        String value = text(path, name);
        return value.isEmpty() ? 0 : Long.parseLong(value);
    }

    private static String text(String path, String name) {
        for (String part : path.substring(path.indexOf('?') + 1).split("&", -1)) {
            if (part.startsWith(name + "=")) {
                return part.substring(name.length() + 1);
            }
        }
        return "";
    }

    private static String hex(byte[] body) {
        MessageDigest digest = ReplyReader.sha256();
        return HexFormat.of().formatHex(digest.digest(body));
    }
}
