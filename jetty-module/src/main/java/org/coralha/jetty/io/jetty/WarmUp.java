package org.coralha.jetty.io.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.io.jetty.StandInFlows.Shape;
import org.coralha.pair.PairConfig;
import org.coralha.pair.ServiceRole;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this Jetty warm before it is needed: classes loaded, code compiled, the application's own
 * caches filled. First a {@linkplain Rehearsal rehearsal}, then the configured paths, as fast as
 * they are answered, until the limit; then the host is ready. As long as it does not serve, the
 * paths are asked for again now and then, with little processor time. Runs on a thread of its own.
 */
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /** The virtual machine has compiled by then what each request runs through. */
    private static final int REQUESTS = 10_000;

    private static final int REQUESTS_PER_CONNECTION = 10;
    private static final long AGAIN_MS = 1_000;

    /** A pass is followed by a rest this many times as long. */
    private static final int REST_FACTOR = 20;

    private final ServerConnector connector;
    private final JettyFlows flows;
    private final PairConfig config;
    private final Thread thread;
    private volatile boolean closed;
    private boolean complained;
    private int passes;

    /**
     * @param connector started
     * @param ready run once, when the host is warm or the limit is over
     */
    public WarmUp(ServerConnector connector, JettyFlows flows, PairConfig config, Runnable ready) {
        this.connector = connector;
        this.flows = flows;
        this.config = config;
        this.thread = new Thread(() -> run(ready), "coral-warm");
        thread.setDaemon(true);
    }

    /** Starts the thread. */
    public void start() {
        thread.start();
    }

    /** Ends it after the request that is under way. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run(Runnable ready) {
        long begin = System.nanoTime();
        try {
            new Rehearsal(connector, connector.getConnectionFactory(HttpConnectionFactory.class))
                    .run();
            int requests = warm(begin);
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            LOG.info("warm after {} ms and {} requests to itself", ms, requests);
        } finally {
            if (!closed) {
                ready.run();
            }
        }
        stayWarm();
    }

    private int warm(long begin) {
        long limitNanos = TimeUnit.MILLISECONDS.toNanos(config.jetty().warmLimitMs());
        int requests = 0;
        while (requests < REQUESTS && System.nanoTime() - begin < limitNanos) {
            int more = pass(REQUESTS_PER_CONNECTION, begin + limitNanos);
            if (more == 0) {
                return requests;
            }
            requests += more;
        }
        return requests;
    }

    private void stayWarm() {
        while (!closed && !config.jetty().warmPaths().isEmpty()) {
            long begin = System.nanoTime();
            pass(REQUESTS_PER_CONNECTION, begin + TimeUnit.SECONDS.toNanos(1));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            try {
                TimeUnit.MILLISECONDS.sleep(Math.max(AGAIN_MS, REST_FACTOR * tookMs));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Requests on one connection; gives back how many were answered. */
    private int pass(int count, long deadline) {
        List<String> paths = config.jetty().warmPaths();
        if (paths.isEmpty() || !mayAsk()) {
            return 0;
        }
        InetSocketAddress service = service();
        int answered = 0;
        Shape shape = Shape.of(passes++);
        try (WarmClient client = new WarmClient(service, from -> flows.own().expect(from, shape))) {
            while (answered < count
                    && client.isOpen()
                    && mayAsk()
                    && System.nanoTime() < deadline) {
                String path = paths.get(answered % paths.size());
                if (answered == 0) {
                    begin(client, shape, path);
                } else {
                    client.ask(path, answered);
                }
                check(path, client.receive());
                answered++;
            }
        } catch (IOException | RuntimeException e) {
            complain("warming up: " + e);
        } finally {
            flows.own().expectNone();
        }
        return answered;
    }

    /** The first request, around the promotion of its connection. */
    private void begin(WarmClient client, Shape shape, String path) throws IOException {
        if (shape.asked()) {
            flows.own().takeOver(client.ask(path, 0));
        } else {
            flows.own().takeOver(0);
            client.ask(path, 0);
        }
        if (shape.owed()) {
            client.skip(StandInFlows.OWED_BYTES);
        }
    }

    /** A host that serves has better things to do. */
    private boolean mayAsk() {
        ServiceRole role = flows.roles().role();
        return !closed && (role == ServiceRole.IDLE || role == ServiceRole.BACKUP);
    }

    private InetSocketAddress service() {
        if (connector.getTransport() instanceof ServerSocketChannel channel) {
            InetSocketAddress bound = (InetSocketAddress) channel.socket().getLocalSocketAddress();
            if (!bound.getAddress().isAnyLocalAddress()) {
                return bound;
            }
        }
        return new InetSocketAddress(config.service().getAddress(), connector.getLocalPort());
    }

    private void check(String path, int status) {
        if (status < 200 || status >= 400) {
            complain("warm.paths: GET " + path + " is answered " + status);
        }
    }

    /** Once: only the warm-up is lost. */
    private void complain(String problem) {
        if (!complained && !closed) {
            complained = true;
            LOG.warn("{}", problem);
        }
    }
}
