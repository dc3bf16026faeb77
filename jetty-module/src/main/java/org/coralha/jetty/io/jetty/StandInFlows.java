package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.MemoryBudget;
import org.coralha.jetty.core.RecordKind;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.pair.FlowKey;

/**
 * Standby flows that no peer knows of, of every shape that a takeover meets, for practice. They
 * never meet the real ones. Not safe for several threads.
 */
final class StandInFlows {
    /** Length of a reply that a client is owed. */
    static final int OWED_BYTES = 2_000;

    /**
     * How a flow stands at its promotion.
     *
     * @param owed a logged reply is owed to its client
     * @param asked a request was read and not answered
     */
    record Shape(boolean owed, boolean asked) {
        /** One after the other, for a number that counts. */
        static Shape of(int number) {
            return new Shape((number & 1) != 0, (number & 2) != 0);
        }
    }

    private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE);
    private final StandbyRegistry registry =
            new StandbyRegistry(
                    budget,
                    () -> {
                        throw new IOException("a rehearsal does not spool");
                    });
    private long lsn;

    /**
     * The backup's connection on that endpoint; it is one of these flows once it is open.
     *
     * @param added run then
     */
    StandbyConnection add(
            FlowEndPoint endPoint, FlowKey key, Executor executor, Shape shape, Runnable added) {
        StandbyConnection standby = new StandbyConnection(endPoint, executor, gone -> {});
        return standby.enrolWhenOpen(
                () -> {
                    StandbyFlow flow = registry.accept(key, standby, System.nanoTime());
                    log(key, shape);
                    added.run();
                    return flow;
                },
                () -> {});
    }

    private void log(FlowKey key, Shape shape) {
        try {
            apply(RecordKind.OPEN, 0, key, 0);
            if (shape.owed) {
                apply(RecordKind.REPLY, LogRecord.END, key, OWED_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void apply(RecordKind kind, int flags, FlowKey key, int payload) throws IOException {
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + payload];
        LinkFrames.writeHead(frame, kind, flags, key, key.port(), 0, 0, 0, payload);
        LinkFrames.stamp(frame, 1, ++lsn);
        registry.apply(LinkFrames.decodeRecord(frame, 0, frame.length), 0);
    }

    /** Ends the log: what is promoted afterwards is what was added until now. */
    List<StandbyFlow> seal() {
        return registry.seal();
    }

    /** Waits until that much is kept of all flows. */
    void awaitKept(int bytes, long limitMs) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (budget.usedBytes() < bytes) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the request did not arrive within " + limitMs + " ms");
            }
            Thread.onSpinWait();
        }
    }
}
