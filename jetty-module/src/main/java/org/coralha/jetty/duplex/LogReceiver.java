package org.coralha.jetty.duplex;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.ProtocolException;

/** The reply log as the backup receives it: keeps each record, then acknowledges. */
final class LogReceiver {
    private final StandbyRegistry registry;
    private final ReplyLogLink link;
    private final FaultPoints faults;
    private final ScheduledExecutorService timer;
    private final LongAdder records = new LongAdder();
    private LinkFrames.Ack owed; // link's thread only

    LogReceiver(
            StandbyRegistry registry,
            ReplyLogLink link,
            FaultPoints faults,
            ScheduledExecutorService timer) {
        this.registry = registry;
        this.link = link;
        this.faults = faults;
        this.timer = timer;
    }

    /**
     * Takes a record frame. Called by the link's thread.
     *
     * @param more true if another frame follows at once; then its acknowledgement covers this one
     * @throws ProtocolException if it is not one
     */
    void onRecord(byte[] frame, int offset, int length, boolean more) throws ProtocolException {
        LogRecord record = LinkFrames.decodeRecord(frame, offset, length);
        faults.journal().keeping(record);
        if (registry.apply(record, System.nanoTime())) {
            records.increment();
            owed = new LinkFrames.Ack(record.reign(), registry.lastLsn());
        } else {
            faults.journal().refused(record);
        }
        if (!more) {
            flush();
        }
    }

    /** Sends the acknowledgement that is owed, if any. Called by the link's thread. */
    void flush() {
        if (owed != null) {
            acknowledge(owed);
            owed = null;
        }
    }

    private void acknowledge(LinkFrames.Ack ack) {
        long delayMs = faults.ackDelayMs();
        if (delayMs > 0) {
            ScheduledFuture<?> unused =
                    timer.schedule(() -> send(ack), delayMs, TimeUnit.MILLISECONDS);
        } else {
            send(ack);
        }
    }

    private void send(LinkFrames.Ack ack) {
        telling(ack);
        byte[] frame = LinkFrames.encode(ack);
        link.send(frame, frame.length);
    }

    /** To be called before the primary is told, in whatever way, that these records are kept. */
    void telling(LinkFrames.Ack ack) {
        faults.journal().acknowledging(ack);
    }

    long recordCount() {
        return records.sum();
    }
}
