package org.coralha.jetty.io.jetty;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.coralha.jetty.core.HoldQueue;
import org.coralha.jetty.core.PromotionPlan;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.duplex.FlowHost;
import org.coralha.pair.FlowKey;
import org.eclipse.jetty.server.Connector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the promotion plans of many flows at once. First every flow gets the bytes that are
 * owed, then each becomes an HTTP connection again: clients in the middle of a reply wait for
 * nobody's request.
 */
final class Promotion {
    private static final Logger LOG = LoggerFactory.getLogger(Promotion.class);
    private static final int FLOWS_PER_TASK = 16;
    private static final int LIMIT_MS = 10_000;

    /** How many times as long as an ended flow is remembered its socket drops what still comes. */
    private static final int SILENT_FACTOR = 4;

    private final Connector connector;
    private final Map<FlowKey, Long> acked;
    private final Consumer<StandbyConnection> serve;
    private final int silentMs;
    private final AtomicLong firstByteNanos = new AtomicLong();

    /**
     * @param endedMs {@code flow.ended.ms}
     * @param serve makes an HTTP connection of a promoted one
     */
    Promotion(
            Connector connector,
            Map<FlowKey, Long> acked,
            int endedMs,
            Consumer<StandbyConnection> serve) {
        this.silentMs = SILENT_FACTOR * endedMs;
        this.connector = connector;
        this.acked = acked;
        this.serve = serve;
    }

    FlowHost.Promoted run(List<StandbyFlow> flows) {
        int tasks =
                Math.max(
                        1,
                        Math.min(
                                Runtime.getRuntime().availableProcessors(),
                                flows.size() / FLOWS_PER_TASK));
        CountDownLatch done = new CountDownLatch(tasks);
        for (int i = 1; i < tasks; i++) {
            List<StandbyFlow> part = part(flows, i, tasks);
            connector.getExecutor().execute(() -> run(part, done));
        }
        run(part(flows, 0, tasks), done);
        await(done);
        return new FlowHost.Promoted(flows.size(), firstByteNanos.get());
    }

    private static List<StandbyFlow> part(List<StandbyFlow> flows, int index, int tasks) {
        int size = flows.size();
        return flows.subList(size * index / tasks, size * (index + 1) / tasks);
    }

    private static void await(CountDownLatch done) {
        try {
            if (!done.await(LIMIT_MS, TimeUnit.MILLISECONDS)) {
                LOG.error("promotion still runs after {} ms: the thread pool is full", LIMIT_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(List<StandbyFlow> flows, CountDownLatch done) {
        try {
            StandbyConnection[] toServe = new StandbyConnection[flows.size()];
            int count = 0;
            for (StandbyFlow flow : flows) {
                StandbyConnection connection = (StandbyConnection) flow.connection();
                if (guarded(flow, () -> begin(flow, connection))) {
                    toServe[count++] = connection;
                }
            }
            for (int i = 0; i < count; i++) {
                StandbyConnection connection = toServe[i];
                guarded(connection.flow(), () -> serve(connection));
            }
        } finally {
            done.countDown();
        }
    }

    /** A flow that cannot be promoted is cut; the others go on. */
    private static boolean guarded(StandbyFlow flow, BooleanSupplier step) {
        try {
            return step.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.error("flow {} is cut, its promotion failed", flow.key(), e);
            ((StandbyConnection) flow.connection()).flowEndPoint().cut(e);
            return false;
        }
    }

    private boolean serve(StandbyConnection connection) {
        serve.accept(connection);
        return true;
    }

    /** Writes what is owed; true if the flow goes on with requests. */
    private boolean begin(StandbyFlow flow, StandbyConnection connection) {
        FlowKey key = flow.key();
        PromotionPlan plan = connection.promote(acked.getOrDefault(key, -1L));
        FlowEndPoint endPoint = connection.flowEndPoint();
        endPoint.setIdleTimeout(connector.getIdleTimeout());
        if (plan.owedBytes() > 0) {
            HoldQueue owed = new HoldQueue(flow.outstream(), plan.writeTo());
            endPoint.out().inherit(owed, this::firstByte);
        } else {
            flow.outstream().close();
        }
        if (plan.ending() != PromotionPlan.Ending.SERVE) {
            flow.instream().close(); // nobody reads it again
        }
        switch (plan.ending()) {
            case SERVE -> {
                return true;
            }
            case CLOSE -> {
                if (flow.isInstreamOver()) {
                    endPoint.close();
                } else {
                    endPoint.shutdownOutput();
                }
            }
            case OVER ->
                    connector
                            .getScheduler()
                            .schedule(() -> endPoint.cut(null), silentMs, TimeUnit.MILLISECONDS);
            case ABORT -> {
                LOG.warn("flow {} is cut: {}", key, plan.problem());
                endPoint.cut(null);
            }
        }
        return false;
    }

    private void firstByte() {
        firstByteNanos.compareAndSet(0, System.nanoTime());
    }
}
