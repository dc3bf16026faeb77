package org.coralha.drill.client;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections that stand in one phase until the fault: idle, request partly received, handler
 * running, reply logged but unsent, reply partly sent.
 */
final class WaitingScripts {
    private static final Request SMALL = Request.get("/demo/random?bytes=200", 200);
    private static final int SLOW_BUFFER_BYTES = 32 * 1024;
    private static final int TRICKLE_MS = 100;
    private static final int TRICKLE_BYTES = 512;
    private static final int FLOWING_PIECES_A_SECOND = 200;

    private WaitingScripts() {}

    /** Keep-alive, nothing asked; asks again after the fault. */
    static void idle(Slot slot) throws IOException, InterruptedException {
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            slot.placed();
            slot.awaitGo();
            talk.exchange(SMALL);
            talk.exchange(Request.get("/demo/random?bytes=5000&chunks=3", 5000));
            talk.finish();
        }
    }

    /** Half of a request's head is sent. */
    static void head(Slot slot) throws IOException, InterruptedException {
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            Request request = Request.get("/demo/random?bytes=3000", 3000).with("X-Half", "yes");
            byte[] head = request.head();
            int half = head.length / 2;
            stepIfAsked(slot);
            talk.socket().write(head, 0, half);
            slot.placed();
            slot.awaitGo();
            talk.socket().write(head, half, head.length - half);
            talk.receive(request);
            talk.exchange(SMALL);
            talk.finish();
        }
    }

    /** Half of a body is sent; a trickle goes on until the fault. */
    static void upload(Slot slot) throws IOException, InterruptedException {
        long bytes = slot.options().number("bytes", 100_000);
        Request request = upload(bytes);
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            talk.send(request);
            MessageDigest digest = ReplyReader.sha256();
            long at = bytes / 2;
            talk.sendBody(slot.index(), 0, at, digest);
            slot.placed();
            while (!slot.clock().awaitGo(TRICKLE_MS)) {
                long to = Math.min(at + TRICKLE_BYTES, bytes - 1);
                talk.sendBody(slot.index(), at, to, digest);
                at = to;
            }
            talk.sendBody(slot.index(), at, bytes, digest);
            talk.receiveUpload(request, bytes, digest);
            talk.exchange(SMALL);
            talk.finish();
        }
    }

    /**
     * An upload that flows at {@code rate} bytes per second until the fault, then as fast as it
     * can: whatever happens before, the fault meets it on its way. What was held up is made up for.
     */
    static void flowing(Slot slot) throws IOException, InterruptedException {
        long bytes = slot.options().number("bytes", 10_000_000);
        long rate = slot.options().number("rate", 1_000_000);
        long piece = Math.max(1, rate / FLOWING_PIECES_A_SECOND);
        Request request = upload(bytes);
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            talk.send(request);
            MessageDigest digest = ReplyReader.sha256();
            long startNanos = System.nanoTime();
            long at = 0;
            while (at < bytes && !slot.clock().mayGo()) {
                long to = Math.min(at + piece, bytes);
                talk.sendBody(slot.index(), at, to, digest);
                at = to;
                if (at > bytes / 20 && !slot.record().isPlaced()) {
                    slot.placed();
                }
                long dueNanos = startNanos + (long) (1e9 * at / rate);
                TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
            }
            talk.sendBody(slot.index(), at, bytes, digest);
            talk.receiveUpload(request, bytes, digest);
            talk.finish();
        }
    }

    /**
     * An upload in three parts: {@code first} percent of its body are sent, {@code second} percent
     * after the step, the rest after the fault.
     */
    static void parts(Slot slot) throws IOException, InterruptedException {
        long bytes = slot.options().number("bytes", 40_000);
        long first = bytes * slot.options().number("first", 30) / 100;
        long second = bytes * slot.options().number("second", 60) / 100;
        Request request = upload(bytes);
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            talk.send(request);
            MessageDigest digest = ReplyReader.sha256();
            talk.sendBody(slot.index(), 0, first, digest);
            slot.placed();
            slot.awaitStep();
            talk.sendBody(slot.index(), first, second, digest);
            slot.awaitGo();
            talk.sendBody(slot.index(), second, bytes, digest);
            talk.receiveUpload(request, bytes, digest);
            talk.exchange(SMALL);
            talk.finish();
        }
    }

    private static void stepIfAsked(Slot slot) throws IOException, InterruptedException {
        if (slot.options().number("step", 0) != 0) {
            slot.placed();
            slot.awaitStep();
        }
    }

    /** The application is busy with the request for {@code ms}. */
    static void handler(Slot slot) throws IOException, InterruptedException {
        long ms = slot.options().number("ms", 2000);
        long bytes = slot.options().number("bytes", 5000);
        Request request =
                Request.get("/demo/random?bytes=" + bytes + "&ms=" + ms, bytes).taking(ms);
        asking(slot, request);
    }

    /** A ledger entry is being made: {@code id} and the slot's number name it. */
    static void ledger(Slot slot) throws IOException, InterruptedException {
        asking(slot, ledgerEntry(slot, slot.options().text("id", "drill") + "-" + slot.index()));
    }

    /**
     * A reply bigger than the socket buffers, read at {@code rate} bytes per second. A reader that
     * has most of it before the fault stops there, so that all are in the middle.
     */
    static void slow(Slot slot) throws IOException, InterruptedException {
        slowly(slot, false);
    }

    /** The same, where the client has closed its side after the request. */
    static void halfClosed(Slot slot) throws IOException, InterruptedException {
        slowly(slot, true);
    }

    private static void slowly(Slot slot, boolean halfClosed)
            throws IOException, InterruptedException {
        long bytes = slot.options().number("bytes", 4_000_000);
        long rate = slot.options().number("rate", 1_000_000);
        long chunks = slot.index() % 2 == 0 ? 0 : 20;
        CheckedSocket[] socket = new CheckedSocket[1];
        ReplyReader.BodyWatcher watcher =
                at -> {
                    if (at >= Math.min(200_000, bytes / 10) && !slot.record().isPlaced()) {
                        slot.placed();
                    }
                    if (at > bytes * 8 / 10 && !slot.clock().mayGo()) {
                        slot.holdBack();
                        socket[0].pace(rate);
                    }
                };
        try (Conversation talk = slot.connect(SLOW_BUFFER_BYTES, watcher)) {
            socket[0] = talk.socket();
            talk.socket().pace(rate);
            Request request = random(bytes, chunks);
            talk.send(request);
            if (halfClosed) {
                talk.socket().endOutput();
                talk.receive(request);
                talk.socket().expectEnd();
                return;
            }
            talk.receive(request);
            talk.socket().pace(0);
            talk.exchange(SMALL);
            talk.finish();
        }
    }

    private static void asking(Slot slot, Request request)
            throws IOException, InterruptedException {
        try (Conversation talk = slot.connect()) {
            talk.exchange(SMALL);
            stepIfAsked(slot);
            talk.send(request);
            slot.placed();
            talk.receive(request);
            slot.awaitGo();
            talk.exchange(SMALL);
            talk.finish();
        }
    }

    /** POST that adds one line to the ledger, {@code ms} from the slot's options. */
    static Request ledgerEntry(Slot slot, String id) {
        long ms = slot.options().number("ms", 0);
        String path = "/demo/ledger?id=" + id + (ms > 0 ? "&ms=" + ms : "");
        return Request.get(path, -1)
                .withMethod("POST")
                .with("Content-Length", "0")
                .expecting(200, -1, true)
                .taking(ms);
    }

    /** POST of a body of this length. */
    static Request upload(long bytes) {
        return new Request(
                        "POST",
                        "/demo/upload",
                        "HTTP/1.1",
                        Map.of("Host", "coral"),
                        200,
                        -1,
                        false,
                        0)
                .with("Content-Length", Long.toString(bytes));
    }

    /** GET of a random body, chunked if {@code chunks} is above 0. */
    static Request random(long bytes, long chunks) {
        String path = "/demo/random?bytes=" + bytes + (chunks > 0 ? "&chunks=" + chunks : "");
        return Request.get(path, bytes);
    }
}
