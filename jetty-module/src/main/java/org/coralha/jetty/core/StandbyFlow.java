package org.coralha.jetty.core;

import java.io.IOException;
import java.util.function.Consumer;
import org.coralha.pair.FlowKey;

/**
 * What the backup keeps of one flow: the instream that its socket received and the outstream that
 * the primary logged. Safe from any thread: every method holds this object's lock.
 *
 * <p>Life: unpaired (a record or a socket came first) → paired → promoted or done.
 */
public final class StandbyFlow {
    private final FlowKey key;
    private final ByteQueue instream;
    private final ByteQueue outstream;
    private final long createdNanos;
    private final Consumer<String> onBroken;
    private Object connection;
    private boolean opened;
    private long incarnation;
    private long firmEnd;
    private long consumed;
    private long nextOrdinal;
    private int interims;
    private boolean piecewise;
    private boolean ended;
    private boolean instreamOver;
    private boolean sealed;
    private String broken;
    private long clientAcked;
    private long progressNanos;

    /**
     * @param onBroken told why, under the flow's lock, when nothing is kept of it any more
     */
    StandbyFlow(
            FlowKey key,
            ByteQueue instream,
            ByteQueue outstream,
            long nowNanos,
            Consumer<String> onBroken) {
        this.onBroken = onBroken;
        this.key = key;
        this.instream = instream;
        this.outstream = outstream;
        this.createdNanos = nowNanos;
        this.progressNanos = nowNanos;
    }

    /** The flow. */
    public FlowKey key() {
        return key;
    }

    /** Number given by the primary at its accept; 0 before the OPEN record came. */
    public synchronized long incarnation() {
        return incarnation;
    }

    /** The standby socket's connection, or null before the accept. */
    public synchronized Object connection() {
        return connection;
    }

    synchronized void bind(Object accepted) {
        connection = accepted;
    }

    synchronized void open(long number) {
        opened = true;
        incarnation = number;
    }

    /**
     * Adds instream bytes.
     *
     * @return false if the flow is sealed: the bytes belong to whoever serves it now
     */
    public synchronized boolean received(byte[] bytes, int offset, int length) {
        if (sealed) {
            return false;
        }
        if (broken == null) {
            try {
                instream.append(bytes, offset, length);
            } catch (IOException e) {
                breakDown("its instream cannot be spooled: " + e.getMessage());
            }
        }
        return true;
    }

    /** The client closed its half, or reset the connection. */
    public synchronized void instreamOver() {
        instreamOver = true;
    }

    /**
     * Applies a record of the reply log.
     *
     * @return false if the flow is sealed: the record must not be acknowledged
     */
    synchronized boolean apply(LogRecord record, long nowNanos) {
        if (sealed) {
            return false;
        }
        progressNanos = nowNanos;
        if (broken == null && !ended) {
            try {
                applyOpen(record);
            } catch (IOException e) {
                breakDown("its replies cannot be spooled: " + e.getMessage());
            }
        } else if (record.kind() == RecordKind.CLOSE) {
            ended = true;
        }
        return true;
    }

    private void applyOpen(LogRecord record) throws IOException {
        if (record.outstreamStart() != outstream.end() && record.kind() != RecordKind.CLOSE) {
            breakDown("record at " + record.outstreamStart() + ", expected " + outstream.end());
            return;
        }
        switch (record.kind()) {
            case REPLY -> applyReply(record);
            case INTERIM -> {
                append(record);
                firmEnd = outstream.end();
                interims++;
                if (record.has(LogRecord.UNPROTECTED)) {
                    breakDown("it was upgraded to another protocol");
                }
            }
            case CLOSE -> {
                // Bytes that were released one by one may be with the client: they stay.
                firmEnd = piecewise ? outstream.end() : firmEnd;
                outstream.truncateTo(firmEnd);
                piecewise = false;
                ended = true;
            }
            default -> {
                // OPEN has done its work in the registry.
            }
        }
    }

    private void applyReply(LogRecord record) throws IOException {
        append(record);
        piecewise |= record.has(LogRecord.PIECEWISE);
        if (record.has(LogRecord.END)) {
            firmEnd = outstream.end();
            consumed = record.consumed();
            nextOrdinal = record.ordinal() + 1;
            interims = 0;
            piecewise = false;
            ended = record.has(LogRecord.CLOSE_AFTER);
            instream.trimTo(consumed);
        }
    }

    private void append(LogRecord record) throws IOException {
        outstream.append(record.frame(), record.offset(), record.length());
    }

    /** Keeps nothing of the flow any more; should it be promoted, it is cut. */
    synchronized void giveUp(String why) {
        if (broken == null && !sealed) {
            breakDown(why);
        }
    }

    private void breakDown(String why) {
        broken = why;
        onBroken.accept(key + ": " + why);
        instream.close();
        outstream.close();
    }

    /**
     * The client acknowledged that many outstream bytes: they are never sent again. More than was
     * ever logged, the end included, cannot be true.
     */
    synchronized void acked(long bytes, long nowNanos) {
        if (!sealed && bytes > clientAcked && bytes <= outstream.end() + 1) {
            clientAcked = bytes;
            progressNanos = nowNanos;
            outstream.trimTo(Math.min(bytes, piecewise ? outstream.end() : firmEnd));
        }
    }

    /**
     * True if the client has everything, the end included, and has closed its half as well: until
     * then it may repeat what the primary has taken and not acknowledged, and only a socket can
     * acknowledge that after a takeover.
     */
    synchronized boolean isOver() {
        return ended && clientAcked > firmEnd && instreamOver;
    }

    /** True if the client closed its half. */
    public synchronized boolean isInstreamOver() {
        return instreamOver;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    synchronized boolean isOpened() {
        return opened;
    }

    synchronized long idleMs(long nowNanos) {
        return (nowNanos - progressNanos) / 1_000_000;
    }

    long ageMs(long nowNanos) {
        return (nowNanos - createdNanos) / 1_000_000;
    }

    /** Bytes kept, both ways. */
    public synchronized long keptBytes() {
        return instream.size() + outstream.size();
    }

    /**
     * Seals the log and plans the promotion. From now on neither records nor instream bytes are
     * taken.
     *
     * @param acked outstream bytes acknowledged by the client, or -1 if the data plane does not
     *     know the flow; then the last known value counts
     */
    public synchronized PromotionPlan promote(long acked) {
        sealed = true;
        PromotionPlan plan = PromotionPlan.of(facts(), Math.max(acked, clientAcked));
        outstream.truncateTo(plan.writeTo());
        outstream.trimTo(plan.writeFrom());
        instream.trimTo(plan.replayFrom());
        return plan;
    }

    private PromotionPlan.Facts facts() {
        return new PromotionPlan.Facts(
                outstream.start(),
                outstream.end(),
                firmEnd,
                piecewise,
                consumed,
                nextOrdinal,
                interims,
                ended,
                broken);
    }

    /** The instream from the first unanswered request on; for the owner of the promoted flow. */
    public ByteQueue instream() {
        return instream;
    }

    /** The outstream owed to the client; for the owner of the promoted flow. */
    public ByteQueue outstream() {
        return outstream;
    }

    /** Drops everything that is kept. */
    public synchronized void discard() {
        sealed = true;
        instream.close();
        outstream.close();
    }
}
