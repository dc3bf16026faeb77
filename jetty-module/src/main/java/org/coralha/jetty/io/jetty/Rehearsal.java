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
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.LogRecord;
import org.coralha.jetty.core.MemoryBudget;
import org.coralha.jetty.core.RecordKind;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.duplex.HeldEnds;
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
    private static final byte[] REPLY = new byte[2_000];
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
        StandbyRegistry registry =
                new StandbyRegistry(
                        new MemoryBudget(Long.MAX_VALUE, Long.MAX_VALUE),
                        () -> {
                            throw new IOException("a rehearsal does not spool");
                        });
        Map<FlowKey, Long> acked = new HashMap<>();
        List<FlowEndPoint> endPoints = new ArrayList<>();
        for (int i = 0; i < FLOWS; i++) {
            FlowKey key = new FlowKey(InetAddress.getLoopbackAddress(), 1 + i);
            acked.put(key, (long) i);
            endPoints.add(accept(registry, key));
            log(registry, key, 2L * i + 1);
        }
        List<StandbyFlow> flows = registry.seal();
        new Promotion(connector, acked, this::serve).run(flows);
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

    private FlowEndPoint accept(StandbyRegistry registry, FlowKey key) {
        ByteArrayEndPoint socket =
                new ByteArrayEndPoint(connector.getScheduler(), 0, new byte[0], OUTPUT_BYTES);
        FlowEndPoint endPoint = new FlowEndPoint(socket, connector.getExecutor(), new HeldEnds());
        StandbyConnection standby =
                new StandbyConnection(endPoint, connector.getExecutor(), gone -> {});
        StandbyFlow flow = registry.accept(key, standby, System.nanoTime());
        standby.bind(flow);
        socket.setConnection(standby);
        socket.onOpen();
        standby.onOpen();
        flow.received(REQUEST, 0, REQUEST.length);
        return endPoint;
    }

    private static void log(StandbyRegistry registry, FlowKey key, long lsn) throws IOException {
        registry.apply(record(RecordKind.OPEN, 0, key, lsn, 0), 0);
        registry.apply(record(RecordKind.REPLY, LogRecord.END, key, lsn + 1, REPLY.length), 0);
    }

    private static LogRecord record(RecordKind kind, int flags, FlowKey key, long lsn, int payload)
            throws IOException {
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + payload];
        LinkFrames.writeHead(frame, kind, flags, key, key.port(), 0, 0, 0, payload);
        LinkFrames.stamp(frame, 1, lsn);
        return LinkFrames.decodeRecord(frame, 0, frame.length);
    }

    private void serve(StandbyConnection standby) {
        CoralHttpConnection connection =
                new CoralHttpConnection(
                        http.getHttpConfiguration(),
                        connector,
                        standby.flowEndPoint(),
                        new CoralHttpConnection.Start(standby.flow().key(), 1, 0, 1, 0),
                        new FlowSet(() -> ServiceRole.SIMPLEX));
        standby.flowEndPoint().unwrap().upgrade(connection);
    }
}
