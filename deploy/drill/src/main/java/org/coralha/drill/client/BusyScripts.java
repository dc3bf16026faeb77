package org.coralha.drill.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that keep asking until the load is stopped, each in its own way of HTTP; after each
 * round they rest, {@code every} milliseconds in the mean, but for downloads.
 */
final class BusyScripts {
    private static final long MIN_BYTES = 100;

    private BusyScripts() {}

    /** One keep-alive connection with rounds on it. */
    private interface Round {
        void run(Conversation talk) throws IOException, InterruptedException;
    }

    private static void loop(Slot slot, Round round) throws IOException, InterruptedException {
        try (Conversation talk = slot.connect()) {
            while (slot.goesOn()) {
                round.run(talk);
                slot.placed();
                slot.rest();
            }
            talk.finish();
        }
    }

    private static void reconnecting(Slot slot, Round round)
            throws IOException, InterruptedException {
        while (slot.goesOn()) {
            try (Conversation talk = slot.connect()) {
                round.run(talk);
            }
            slot.placed();
            slot.rest();
        }
    }

    /** Small GETs. */
    static void small(Slot slot) throws IOException, InterruptedException {
        loop(slot, talk -> talk.exchange(WaitingScripts.random(size(slot, 2000), 0)));
    }

    /** GETs of {@code min} to {@code max} bytes, counted and chunked. */
    static void mixed(Slot slot) throws IOException, InterruptedException {
        loop(
                slot,
                talk -> {
                    long chunks = slot.random().nextBoolean() ? 1 + slot.random().nextInt(40) : 0;
                    talk.exchange(WaitingScripts.random(size(slot, 300_000), chunks));
                });
    }

    /** The same big body again and again, as fast as it comes. */
    static void download(Slot slot) throws IOException, InterruptedException {
        long bytes = slot.options().number("bytes", 50_000_000);
        long chunks = slot.options().number("chunks", 0);
        ReplyReader.BodyWatcher watcher =
                at -> {
                    if (at >= bytes / 10) {
                        slot.placed();
                    }
                };
        try (Conversation talk = slot.connect(0, watcher)) {
            talk.socket().pace(slot.options().number("rate", 0));
            while (slot.goesOn()) {
                talk.exchange(WaitingScripts.random(bytes, chunks));
            }
            talk.finish();
        }
    }

    /** {@code depth} requests in one go; lengths differ, so that their order shows. */
    static void pipeline(Slot slot) throws IOException, InterruptedException {
        long depth = slot.options().number("depth", 8);
        loop(
                slot,
                talk -> {
                    List<Request> requests = new ArrayList<>();
                    for (int i = 0; i < depth; i++) {
                        long bytes = MIN_BYTES + i * 1000L + slot.random().nextInt(999);
                        requests.add(WaitingScripts.random(bytes, i % 3 == 0 ? 2 : 0));
                    }
                    sendTogether(talk, requests);
                    for (Request request : requests) {
                        talk.receive(request);
                    }
                });
    }

    private static void sendTogether(Conversation talk, List<Request> requests) throws IOException {
        StringBuilder heads = new StringBuilder();
        for (Request request : requests) {
            heads.append(new String(request.head(), StandardCharsets.US_ASCII));
        }
        byte[] bytes = heads.toString().getBytes(StandardCharsets.US_ASCII);
        talk.socket().write(bytes, 0, bytes.length);
    }

    /** Connection: close on each. */
    static void close(Slot slot) throws IOException, InterruptedException {
        reconnecting(
                slot,
                talk ->
                        talk.exchange(
                                WaitingScripts.random(size(slot, 20_000), 0)
                                        .with("Connection", "close")));
    }

    /** HTTP/1.0, body up to the end of the connection or counted. */
    static void http10(Slot slot) throws IOException, InterruptedException {
        reconnecting(
                slot,
                talk -> {
                    long chunks = slot.random().nextBoolean() ? 3 : 0;
                    talk.exchange(WaitingScripts.random(size(slot, 20_000), chunks).http10());
                });
    }

    /** HEAD, each followed by a GET that would show a body sent by mistake. */
    static void headOnly(Slot slot) throws IOException, InterruptedException {
        loop(
                slot,
                talk -> {
                    talk.exchange(WaitingScripts.random(size(slot, 2000), 0).withMethod("HEAD"));
                    talk.exchange(WaitingScripts.random(size(slot, 2000), 0));
                });
    }

    /** Conditional GETs that are answered 304. */
    static void notModified(Slot slot) throws IOException, InterruptedException {
        Request plain = Request.get("/demo/etag", -1).expecting(200, -1, false);
        try (Conversation talk = slot.connect()) {
            String etag = talk.exchange(plain).header("ETag");
            if (etag.isEmpty()) {
                throw new CorruptReplyException(plain + ": no ETag");
            }
            Request conditional = plain.with("If-None-Match", etag).expecting(304, 0, false);
            while (slot.goesOn()) {
                talk.exchange(conditional);
                slot.placed();
                slot.rest();
            }
            talk.finish();
        }
    }

    /** Uploads that wait for 100 Continue. */
    static void expect(Slot slot) throws IOException, InterruptedException {
        loop(
                slot,
                talk -> {
                    long bytes = size(slot, 100_000);
                    Request request = WaitingScripts.upload(bytes).with("Expect", "100-continue");
                    talk.send(request);
                    talk.receiveContinue();
                    finishUpload(slot, talk, request, bytes);
                });
    }

    /** Uploads of {@code bytes} without asking first. */
    static void uploads(Slot slot) throws IOException, InterruptedException {
        loop(
                slot,
                talk -> {
                    long bytes = slot.options().number("bytes", 100_000);
                    Request request = WaitingScripts.upload(bytes);
                    talk.send(request);
                    finishUpload(slot, talk, request, bytes);
                });
    }

    private static void finishUpload(Slot slot, Conversation talk, Request request, long bytes)
            throws IOException {
        MessageDigest digest = ReplyReader.sha256();
        talk.sendBody(slot.random().nextInt(), 0, bytes, digest);
        talk.receiveUpload(request, bytes, digest);
    }

    /** Calls that make a ledger line each; {@code id}, slot and number name the line. */
    static void call(Slot slot) throws IOException, InterruptedException {
        int[] number = {0};
        String id = slot.options().text("id", "call") + "-" + slot.index() + "-";
        loop(slot, talk -> talk.exchange(WaitingScripts.ledgerEntry(slot, id + number[0]++)));
    }

    /** A size between {@code min} and {@code max}, small ones more often. */
    private static long size(Slot slot, long otherwiseMax) {
        long min = slot.options().number("min", MIN_BYTES);
        long max = Math.max(min, slot.options().number("max", otherwiseMax));
        double low = Math.log((double) min);
        double high = Math.log((double) max);
        double logarithm = low + slot.random().nextDouble() * (high - low);
        return Math.min(max, Math.max(min, Math.round(Math.exp(logarithm))));
    }
}
