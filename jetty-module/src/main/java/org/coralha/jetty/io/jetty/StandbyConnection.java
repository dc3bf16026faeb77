package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.coralha.jetty.core.PromotionPlan;
import org.coralha.jetty.core.StandbyFlow;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.util.BufferUtil;

/**
 * The backup's connection: reads the instream into the log of its flow, executes nothing and writes
 * nothing. After its promotion without further requests it only drains what still comes.
 */
final class StandbyConnection extends AbstractConnection.NonBlocking {
    private static final int READ_BYTES = 32 << 10;
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> BufferUtil.allocateDirect(READ_BYTES));

    private final FlowEndPoint endPoint;
    private final Consumer<StandbyConnection> onGone;
    private StandbyFlow flow;
    private volatile PromotionPlan plan;
    private Runnable whenOpen;
    private Supplier<StandbyFlow> enrolment;
    private Mode mode = Mode.STANDBY;

    private enum Mode {
        STANDBY,
        /** Another connection reads now. */
        REPLACED,
        /** The reply log ended: the rest is dropped. */
        DRAINING,
        /** The client knows the end already: nothing is said to it any more. */
        SILENT
    }

    /**
     * @param onGone called when the socket is closed
     */
    StandbyConnection(
            FlowEndPoint endPoint, Executor executor, Consumer<StandbyConnection> onGone) {
        super(endPoint, executor);
        this.endPoint = endPoint;
        this.onGone = onGone;
    }

    synchronized void bind(StandbyFlow owner) {
        flow = owner;
    }

    synchronized StandbyFlow flow() {
        return flow;
    }

    FlowEndPoint flowEndPoint() {
        return endPoint;
    }

    /** What the flow does at its promotion; null before. */
    PromotionPlan plan() {
        return plan;
    }

    /** Runs the promotion as soon as the connection is open, instead of reading. */
    StandbyConnection promoteWhenOpen(Runnable promotion) {
        whenOpen = promotion;
        return this;
    }

    /**
     * Asks for the flow when the connection is open, and reads for it from then on. A promotion
     * that finds the flow meanwhile waits until it can be promoted.
     *
     * @param source the flow, or null if none is kept any more; then {@code otherwise} runs
     */
    StandbyConnection enrolWhenOpen(Supplier<StandbyFlow> source, Runnable otherwise) {
        enrolment = source;
        whenOpen = otherwise;
        return this;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (enrolment == null && whenOpen == null) {
            fillInterested();
        } else if (enrolment == null || !enrol()) {
            getExecutor().execute(whenOpen);
        }
    }

    private synchronized boolean enrol() {
        flow = enrolment.get();
        if (flow != null) {
            fillInterested();
        }
        return flow != null;
    }

    @Override
    public void onFillable() {
        try {
            int count;
            do {
                count = readOnce();
            } while (count > 0);
            if (count == 0) {
                interestedAgain();
            }
        } catch (IOException e) {
            endPoint.close(e);
        }
    }

    /** One piece; the promotion waits for it at most. -1: nothing more is read here. */
    private synchronized int readOnce() throws IOException {
        if (mode == Mode.REPLACED) {
            return -1;
        }
        ByteBuffer buffer = BUFFER.get();
        BufferUtil.clear(buffer);
        int count = endPoint.fill(buffer);
        if (count > 0 && mode == Mode.STANDBY) {
            byte[] bytes = BufferUtil.toArray(buffer);
            flow.received(bytes, 0, bytes.length);
        } else if (count < 0) {
            if (flow != null) {
                flow.instreamOver();
            }
            if (mode == Mode.DRAINING) {
                endPoint.close();
            }
        }
        return count;
    }

    private synchronized void interestedAgain() {
        if (mode != Mode.REPLACED) {
            fillInterested();
        }
    }

    /**
     * Seals the flow while nothing is read, and gives up reading if the flow goes on.
     *
     * @param acked outstream bytes acknowledged by the client, -1 if unknown
     */
    synchronized PromotionPlan promote(long acked) {
        plan = flow.promote(acked);
        mode =
                switch (plan.ending()) {
                    case SERVE -> Mode.REPLACED;
                    case OVER -> Mode.SILENT;
                    default -> Mode.DRAINING;
                };
        if (mode == Mode.REPLACED) {
            endPoint.switchReader(new Replay(flow.instream(), plan.replayFrom()));
        }
        return plan;
    }

    /** Another connection is about to take the place of this one, which has no flow. */
    synchronized void replaced() {
        mode = Mode.REPLACED;
    }

    /** Drops what comes and closes at its end: the flow has no owner. */
    synchronized StandbyConnection draining() {
        mode = Mode.DRAINING;
        return this;
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        endPoint.close(cause);
    }

    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
        synchronized (this) {
            return mode == Mode.DRAINING;
        }
    }

    @Override
    public void onClose(Throwable cause) {
        super.onClose(cause);
        boolean gone;
        synchronized (this) {
            gone = mode != Mode.REPLACED;
        }
        if (gone) {
            onGone.accept(this);
            endPoint.out().onSocketClosed(cause);
        }
    }
}
