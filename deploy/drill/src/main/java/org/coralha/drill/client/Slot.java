package org.coralha.drill.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One connection slot of a load, as its script sees it. Used by the slot's thread. */
final class Slot {
    /** A connection without a byte for this long has failed. */
    static final int SILENCE_LIMIT_MS = 45_000;

    private static final long GO_LIMIT_MS = 120_000;

    /**
     * Clients that ask without rest take both processors for themselves: what is measured then is
     * the queue for them, and a host's start takes ten times as long. Who wants that says every=0.
     */
    private static final long EVERY_MS = 60;

    private final InetSocketAddress service;
    private final int index;
    private final Options options;
    private final ConnectionRecord record;
    private final FaultClock clock;
    private final NonceBook nonces;
    private final Random random;

    Slot(
            InetSocketAddress service,
            int index,
            Options options,
            ConnectionRecord record,
            FaultClock clock,
            NonceBook nonces) {
        this.service = service;
        this.index = index;
        this.options = options;
        this.record = record;
        this.clock = clock;
        this.nonces = nonces;
        // Seeded by the slot: the same load asks for the same things each time.
        this.random = new Random(31L * index + options.hashCode());
    }

    int index() {
        return index;
    }

    Options options() {
        return options;
    }

    Random random() {
        return random;
    }

    ConnectionRecord record() {
        return record;
    }

    FaultClock clock() {
        return clock;
    }

    /** A connection with the system's receive buffer. */
    Conversation connect() throws IOException {
        return connect(0, bytes -> {});
    }

    /** A connection with its own receive buffer size and someone to watch bodies. */
    Conversation connect(int receiveBufferBytes, ReplyReader.BodyWatcher watcher)
            throws IOException {
        return new Conversation(
                () ->
                        CheckedSocket.open(
                                service, record, clock, receiveBufferBytes, SILENCE_LIMIT_MS),
                record,
                nonces,
                clock::serverMayEnd,
                watcher);
    }

    /** The slot is in its phase: the fault may come. */
    void placed() {
        record.placed();
    }

    /** Waits with the request that matters until all connections are warm. */
    void awaitStep() throws InterruptedException, IOException {
        if (!clock.awaitStep(GO_LIMIT_MS)) {
            throw new IOException("no step within " + GO_LIMIT_MS + " ms: the drill gave up");
        }
    }

    /** Stays in the phase until the load may go on. */
    void awaitGo() throws InterruptedException, IOException {
        if (!clock.awaitGo(GO_LIMIT_MS)) {
            throw new IOException("no go within " + GO_LIMIT_MS + " ms: the drill gave up");
        }
    }

    /** Like {@link #awaitGo}, where only an IOException can be thrown. */
    void holdBack() throws IOException {
        try {
            awaitGo();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while holding back");
        }
    }

    /** A pause as users make it: {@code every} milliseconds in the mean, 60 without the option. */
    void rest() throws InterruptedException {
        long everyMs = options.number("every", EVERY_MS);
        if (everyMs > 0 && goesOn()) {
            TimeUnit.MICROSECONDS.sleep(random.nextInt((int) (everyMs * 2000)));
        }
    }

    /** True while a busy loop should make another round. */
    boolean goesOn() {
        return !clock.stopped();
    }
}
