package org.coralha.jetty.io;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.coralha.jetty.core.TransactionId;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** What the tests serve: replies differ between instances only where the path asks for it. */
final class App extends Handler.Abstract {
    final String name;
    final List<String> executed = new CopyOnWriteArrayList<>();
    final List<String> transactions = new CopyOnWriteArrayList<>();
    final Semaphore gate = new Semaphore(0);

    App(String name) {
        this.name = name;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        executed.add(path);
        transactions.add(String.valueOf(request.getAttribute(TransactionId.ATTRIBUTE)));
        response.getHeaders().put(HttpHeader.DATE, "Thu, 01 Jan 1970 00:00:00 GMT");
        switch (path.split("/")[1]) {
            case "small" -> Content.Sink.write(response, true, "hello " + path, callback);
            case "who" -> Content.Sink.write(response, true, "served by " + name, callback);
            case "gated" -> {
                gate.acquire();
                Content.Sink.write(response, true, "gated " + name, callback);
            }
            case "big" -> {
                byte[] body = bytes(Integer.parseInt(path.split("/")[2]));
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
                response.write(true, ByteBuffer.wrap(body), callback);
            }
            case "chunked" -> chunked(response, path, callback);
            case "echo" -> echo(request, response, callback);
            case "late" -> late(request, response, callback);
            case "slow" -> slow(request, response, callback);
            case "unread" -> Content.Sink.write(response, true, "unread", callback);
            case "early" -> early(response, callback);
            case "fail" -> fail(response, callback);
            case "endless" -> endless(response);
            case "empty" -> {
                response.setStatus(304);
                callback.succeeded();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    static byte[] bytes(int count) {
        byte[] body = new byte[count];
        new Random(count).nextBytes(body);
        return body;
    }

    private static void chunked(Response response, String path, Callback callback)
            throws Exception {
        byte[] body = bytes(Integer.parseInt(path.split("/")[2]));
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            for (int at = 0; at < body.length; at += 1000) {
                out.write(body, at, Math.min(1000, body.length - at));
                out.flush();
            }
        }
        callback.succeeded();
    }

    private static void endless(Response response) throws Exception {
        byte[] piece = bytes(10_000);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            while (true) {
                out.write(piece);
                out.flush();
                Thread.sleep(1);
            }
        }
    }

    private void echo(Request request, Response response, Callback callback) throws Exception {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readAllBytes();
        }
        executed.add("read " + body.length);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    /**
     * Commits the reply, and only then asks for the body, which the client was told to hold back.
     */
    private void late(Request request, Response response, Callback callback) throws Exception {
        byte[] head = bytes(100_000);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, head.length + 5L);
        try (OutputStream out = Content.Sink.asOutputStream(response);
                InputStream in = Content.Source.asInputStream(request)) {
            out.write(head, 0, 10);
            out.flush();
            executed.add("asks for the body");
            byte[] body = in.readNBytes(5);
            out.write(head, 10, head.length - 10);
            out.write(body);
        }
        callback.succeeded();
    }

    /** Makes progress all the time and takes longer than the idle timeout. */
    private static void slow(Request request, Response response, Callback callback)
            throws Exception {
        AtomicBoolean expired = new AtomicBoolean();
        request.addFailureListener(cause -> expired.set(true));
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            for (int i = 0; i < 10; i++) {
                out.write("piece ".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(100);
            }
            out.write((expired.get() ? "expired" : "fine").getBytes(StandardCharsets.US_ASCII));
        }
        callback.succeeded();
    }

    private static void early(Response response, Callback callback) throws Exception {
        response.writeInterim(103, HttpFields.from(new HttpField("Link", "</x.css>"))).get();
        Content.Sink.write(response, true, "after hints", callback);
    }

    private static void fail(Response response, Callback callback) {
        response.write(
                false,
                BufferUtil.toBuffer("partial", StandardCharsets.UTF_8),
                Callback.from(
                        () -> callback.failed(new IllegalStateException("on purpose")),
                        callback::failed));
    }
}
