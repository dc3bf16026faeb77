package org.coralha.heartbeat.io;

import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.coralha.kernel.KernelException;

/**
 * Polls the interface: tells each change of its carrier, and that packets pass by the data plane.
 * That is looked at several times a second, and when the carrier comes back before that is told,
 * because a driver that was loaded anew has lost the filters.
 */
final class CarrierWatch {
    private static final long POLL_NS = 5_000_000;
    private static final int POLLS_PER_LOOK = 50;

    private final BooleanSupplier carrier;
    private final Consumer<Boolean> changed;
    private final Supplier<Optional<String>> breach;
    private final Consumer<String> breached;
    private final Counters counters;
    private volatile boolean closed;

    /**
     * @param carrier whether the interface has carrier
     * @param changed told each change; it is taken for up at first
     * @param breach why packets pass by the data plane
     * @param breached told that once
     * @param counters of the daemon
     */
    CarrierWatch(
            BooleanSupplier carrier,
            Consumer<Boolean> changed,
            Supplier<Optional<String>> breach,
            Consumer<String> breached,
            Counters counters) {
        this.carrier = carrier;
        this.changed = changed;
        this.breach = breach;
        this.breached = breached;
        this.counters = counters;
    }

    /**
     * Starts to poll.
     *
     * @param fatal told if the polling thread ends unexpectedly
     */
    void start(BiConsumer<String, Throwable> fatal) {
        Threads.startNeeded("carrier", fatal, this::run);
    }

    private void run() {
        boolean up = true;
        for (int poll = 0; !closed; poll++) {
            boolean now = hasCarrier();
            boolean comesUp = now && !up;
            Optional<String> hole =
                    comesUp || poll % POLLS_PER_LOOK == 0 ? look() : Optional.empty();
            if (hole.isPresent()) {
                breached.accept(hole.get());
                return;
            }
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

    private Optional<String> look() {
        try {
            return breach.get();
        } catch (KernelException | IllegalStateException e) {
            // The kernel was busy, or the data plane was closed: that is no hole.
            counters.count("plane.look_failed");
            return Optional.empty();
        }
    }

    void close() {
        closed = true;
    }
}
