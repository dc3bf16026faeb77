package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.io.jetty.StandInFlows.Shape;
import org.coralha.pair.FlowKey;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Connector;

/**
 * Connections of this Jetty to itself. Each goes the whole way of a connection that is taken over:
 * it stands by, is promoted, with or without a request that was read and a reply that is owed, and
 * then serves. So the virtual machine sees, before the failover, every turn that code takes after
 * it; what it has compiled for another course it would have to throw away just then.
 */
final class OwnFlows {
    private static final long LIMIT_MS = 2_000;

    private final Connector connector;
    private final Consumer<StandbyConnection> serve;
    private volatile Expected expected;

    private record Expected(
            FlowKey key, Shape shape, StandInFlows flows, CompletableFuture<Boolean> opened) {}

    /**
     * @param serve makes an HTTP connection of a promoted one
     */
    OwnFlows(Connector connector, Consumer<StandbyConnection> serve) {
        this.connector = connector;
        this.serve = serve;
    }

    /** The next one will come from there. */
    void expect(InetSocketAddress from, Shape shape) {
        FlowKey key = FlowKey.of(from);
        expected = new Expected(key, shape, new StandInFlows(), new CompletableFuture<>());
    }

    /** None will come. */
    void expectNone() {
        expected = null;
    }

    /** The connection for an accepted socket, null if it is not an own one. */
    Connection accept(FlowEndPoint endPoint, FlowKey key) {
        Expected one = expected;
        if (one == null || !one.key.equals(key)) {
            return null;
        }
        return one.flows.add(
                endPoint, key, connector.getExecutor(), one.shape, () -> one.opened.complete(true));
    }

    /**
     * Promotes the expected connection as soon as it has read that many bytes of its client.
     *
     * @throws IOException if it does not come or does not read in time
     */
    void takeOver(int bytes) throws IOException {
        Expected one = expected;
        try {
            one.opened.get(LIMIT_MS, TimeUnit.MILLISECONDS);
            int owed = one.shape.owed() ? StandInFlows.OWED_BYTES : 0;
            one.flows.awaitKept(owed + bytes, LIMIT_MS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the connection was not opened", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        List<StandbyFlow> flows = one.flows.seal();
        new Promotion(connector, Map.of(one.key, 0L), 0, serve).run(flows);
    }
}
