package org.coralha.jetty.io.jetty;

import java.io.IOException;
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
 * Standby flows that no peer knows of, each with a logged reply that is owed to its client: what a
 * takeover meets, for practice. They never meet the real ones. Not safe for several threads.
 */
final class StandInFlows {
    /** Length of the reply that each client is owed. */
    static final int OWED_BYTES = 2_000;

    private final StandbyRegistry registry =
            new StandbyRegistry(
                    new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE),
                    () -> {
                        throw new IOException("a rehearsal does not spool");
                    });
    private long lsn;

    /** The backup's connection on that endpoint. */
    StandbyConnection add(FlowEndPoint endPoint, FlowKey key, Executor executor)
            throws IOException {
        StandbyConnection standby = new StandbyConnection(endPoint, executor, gone -> {});
        standby.bind(registry.accept(key, standby, System.nanoTime()));
        apply(RecordKind.OPEN, 0, key, 0);
        apply(RecordKind.REPLY, LogRecord.END, key, OWED_BYTES);
        return standby;
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

    /** Waits until the connection has read that much of its client. */
    static void awaitReceived(StandbyFlow flow, int bytes, long limitMs) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (flow.keptBytes() < OWED_BYTES + bytes) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the request did not arrive within " + limitMs + " ms");
            }
            Thread.onSpinWait();
        }
    }
}
