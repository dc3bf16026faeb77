package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.duplex.HeldEnds;
import org.coralha.jetty.io.jetty.StandInFlows.Shape;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ServiceRole;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Promotes flows that do not exist and answers their requests by a handler of its own, so that the
 * first real promotion finds Jetty's classes and these loaded and compiled. Neither the server nor
 * an application notices. Ends within about a second.
 */
final class Rehearsal implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int FLOWS = 100;
    private static final int ROUNDS = 30;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] PAGE = new byte[1_000];
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final byte[] REQUEST =
            "GET /rehearsal HTTP/1.1\r\nHost: rehearsal\r\nAccept: */*\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int OUTPUT_BYTES = 8_192;

    private final ServerConnector connector;
    private final HttpConnectionFactory http;

    /**
     * @param real started; its threads and buffers are used, its handlers are not
     */
    Rehearsal(ServerConnector real, HttpConnectionFactory http) {
        this.http = http;
        Server server = new Server(real.getServer().getThreadPool());
        server.setHandler(new Answer());
        // Neither is ever started: the connections need to see them, nothing more.
        this.connector =
                new ServerConnector(
                        server,
                        real.getExecutor(),
                        real.getScheduler(),
                        real.getByteBufferPool(),
                        0,
                        1,
                        http);
    }

    /** What a small dynamic page does. */
    private static final class Answer extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, PAGE.length);
            response.write(true, ByteBuffer.wrap(PAGE), callback);
            return true;
        }
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        int rounds = 0;
        try {
            while (rounds < ROUNDS && System.nanoTime() - begin < LIMIT_NANOS) {
                round();
                rounds++;
            }
            LOG.debug("{} rounds of {} promotions rehearsed", rounds, FLOWS);
        } catch (IOException | RuntimeException e) {
            // Only the warm-up is lost.
            LOG.warn("rehearsal of a promotion failed: {}", e.toString());
        }
    }

    private void round() throws IOException {
        StandInFlows standIns = new StandInFlows();
        Map<FlowKey, Long> acked = new HashMap<>();
        List<FlowEndPoint> endPoints = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
            FlowKey key = new FlowKey(InetAddress.getLoopbackAddress(), 1 + i);
            Shape shape = Shape.of(i);
            acked.put(key, shape.owed() ? (long) i : 0L);
            endPoints.add(accept(standIns, key, shape));
        }
        new Promotion(connector, acked, 0, this::serve).run(standIns.seal());
        for (int i = 0; i < FLOWS; i++) {
            if (!Shape.of(i).asked()) {
                ((ByteArrayEndPoint) endPoints.get(i).unwrap()).addInput(ByteBuffer.wrap(REQUEST));
            }
        }
        long deadline = System.nanoTime() + SETTLE_NANOS;
        for (FlowEndPoint endPoint : endPoints) {
            closeSettled(endPoint, deadline);
        }
    }

    /**
     * Closes what waits for the next request. A connection that is closed while it reads runs twice
     * at the same time in Jetty 12.1 and gives its buffer back twice; the idle timeout ends it.
     */
    private static void closeSettled(FlowEndPoint endPoint, long deadline) {
        while (!endPoint.isFillInterested()) {
            if (System.nanoTime() > deadline) {
                return;
            }
            Thread.onSpinWait();
        }
        endPoint.unwrap().close(null);
    }

    private FlowEndPoint accept(StandInFlows standIns, FlowKey key, Shape shape)
            throws IOException {
        ByteArrayEndPoint socket =
                new ByteArrayEndPoint(connector.getScheduler(), 0, new byte[0], OUTPUT_BYTES);
        FlowEndPoint endPoint = new FlowEndPoint(socket, connector.getExecutor(), new HeldEnds());
        StandbyConnection standby =
                standIns.add(endPoint, key, connector.getExecutor(), shape, () -> {});
        socket.setConnection(standby);
        socket.onOpen();
        standby.onOpen();
        if (shape.asked()) {
            standby.flow().received(REQUEST, 0, REQUEST.length);
        }
        return endPoint;
    }

    private void serve(StandbyConnection standby) {
        CoralHttpConnection connection =
                new CoralHttpConnection(
                        http.getHttpConfiguration(),
                        connector,
                        standby.flowEndPoint(),
                        new CoralHttpConnection.Start(standby.flow().key(), 1, 0, 1, 0),
                        new FlowSet(() -> ServiceRole.SIMPLEX, () -> 0));
        standby.flowEndPoint().unwrap().upgrade(connection);
    }
}
