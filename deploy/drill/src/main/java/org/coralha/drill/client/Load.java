package org.coralha.drill.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hundreds of connections at work, one thread each. All methods may be called from one controlling
 * thread.
 */
public final class Load {
    private static final int STACK_BYTES = 256 * 1024;
    private static final int LOOK_MS = 10;

    private final InetSocketAddress service;
    private final FaultClock clock = new FaultClock();
    private final NonceBook nonces = new NonceBook();
    private final List<Worker> workers = new ArrayList<>();

    private record Worker(ConnectionRecord record, Thread thread) {}

    /**
     * @param service address and port of the advertised service
     */
    public Load(InetSocketAddress service) {
        this.service = service;
    }

    /** The shared moments. */
    public FaultClock clock() {
        return clock;
    }

    /** Number of slots opened so far. */
    public int size() {
        return workers.size();
    }

    /**
     * Starts connections.
     *
     * @param options {@code name=value} options, see {@link Options}
     */
    public void open(Kind kind, int count, Options options) {
        for (int i = 0; i < count; i++) {
            ConnectionRecord record = new ConnectionRecord(kind.word(), i);
            Slot slot = new Slot(service, i, options, record, clock, nonces);
            Thread thread =
                    new Thread(null, () -> run(kind, slot), kind.word() + "-" + i, STACK_BYTES);
            thread.setDaemon(true);
            workers.add(new Worker(record, thread));
            thread.start();
        }
    }

    private static void run(Kind kind, Slot slot) {
        try {
            kind.script().run(slot);
        } catch (IOException e) {
            slot.record().wentWrong(e);
        } catch (InterruptedException e) {
            slot.record().neverEnded();
        }
    }

    /**
     * Waits until every slot is in its phase.
     *
     * @return slots in their phase; all of them unless the limit passed or slots ended before
     */
    public int awaitPlaced(long limitMs) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (true) {
            int placed = (int) workers.stream().filter(w -> w.record().isPlaced()).count();
            boolean hopeless =
                    workers.stream().anyMatch(w -> !w.record().isPlaced() && !w.thread().isAlive());
            if (placed == workers.size() || hopeless || System.nanoTime() > deadline) {
                return placed;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /** Whole replies of all slots so far. */
    public long replies() {
        return workers.stream().mapToLong(w -> w.record().replies()).sum();
    }

    /** Slots at work at this moment. */
    public long alive() {
        return workers.stream().filter(w -> w.thread().isAlive()).count();
    }

    /**
     * Waits for all slots; those that do not end are given up and count as failed.
     *
     * @return one record for each slot
     */
    public List<ConnectionRecord> finish(long limitMs) throws InterruptedException {
        clock.stop();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        List<ConnectionRecord> records = new ArrayList<>();
        for (Iterator<Worker> all = workers.iterator(); all.hasNext(); ) {
            Worker worker = all.next();
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            worker.thread().join(Math.max(1, leftMs));
            if (worker.thread().isAlive()) {
                worker.record().neverEnded();
            }
            records.add(worker.record());
        }
        return records;
    }
}
