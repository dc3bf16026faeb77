package org.coralha.heartbeat.io;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Polls the carrier of the interface and tells each change. */
final class CarrierWatch {
    private static final long POLL_NS = 5_000_000;

    private final BooleanSupplier carrier;
    private final Consumer<Boolean> changed;
    private volatile boolean closed;

    CarrierWatch(BooleanSupplier carrier, Consumer<Boolean> changed) {
        this.carrier = carrier;
        this.changed = changed;
    }

    void start() {
        Threads.start("carrier", this::run);
    }

    private void run() {
        boolean up = true;
        while (!closed) {
            boolean now = hasCarrier();
            if (now != up) {
                up = now;
                changed.accept(up);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private boolean hasCarrier() {
        try {
            return carrier.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    void close() {
        closed = true;
    }
}
