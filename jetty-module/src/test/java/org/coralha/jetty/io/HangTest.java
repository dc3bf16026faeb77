package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.coralha.pair.ModuleMessage;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When Jetty's pulse stops, and when it must not. The limit is 200 ms. */
@Timeout(60)
class HangTest {
    private static final int POOL = 24;
    private static final int LIMIT_MS = 200;
    private static final String GET = "GET /%s HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir Path directory;
    private final Waiting waiting = new Waiting();
    private final List<RawClient> clients = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private TwoHosts hosts;

    /** Handlers that keep their thread: until they are let go, or for ever. */
    private static final class Waiting extends Handler.Abstract {
        final CountDownLatch gate = new CountDownLatch(1);
        private final Lock one = new ReentrantLock();
        private final Lock other = new ReentrantLock();
        private final CyclicBarrier both = new CyclicBarrier(2);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            switch (Request.getPathInContext(request)) {
                case "/work" -> gate.await();
                case "/one" -> lockBoth(one, other);
                case "/other" -> lockBoth(other, one);
                default -> {}
            }
            callback.succeeded();
            return true;
        }

        private void lockBoth(Lock first, Lock second) throws Exception {
            first.lock();
            try {
                both.await();
                // Interruptibly, so that the test can end; a deadlock all the same.
                second.lockInterruptibly();
                second.unlock();
            } finally {
                first.unlock();
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        Map<String, String> limits =
                Map.of("jetty.pulse.ms", "20", "jetty.pulse.limit.ms", Integer.toString(LIMIT_MS));
        hosts = new TwoHosts(directory, limits, waiting, new App("b"), new App("plain")).duplex();
        ((QueuedThreadPool) hosts.a.server.getThreadPool()).setMaxThreads(POOL);
    }

    @AfterEach
    void stop() throws Exception {
        waiting.gate.countDown();
        release.countDown();
        for (RawClient client : clients) {
            client.close();
        }
        hosts.close();
    }

    private void request(String path, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            RawClient client = new RawClient(hosts.a.address);
            clients.add(client);
            client.send(GET.formatted(path));
        }
    }

    private void awaitFullPool() throws Exception {
        QueuedThreadPool pool = (QueuedThreadPool) hosts.a.server.getThreadPool();
        for (int i = 0; pool.getQueueSize() == 0; i++) {
            assertTrue(i < 1000, pool.toString());
            Thread.sleep(5);
        }
    }

    private long pulses() {
        return hosts.a.daemon.received().stream()
                .filter(ModuleMessage.Pulse.class::isInstance)
                .count();
    }

    /** Waits until no pulse has come for two limits. */
    private void awaitSilence() throws Exception {
        long before = -1;
        for (int i = 0; before != pulses(); i++) {
            assertTrue(i < 10, "it pulses on");
            before = pulses();
            Thread.sleep(2 * LIMIT_MS);
        }
    }

    @Test
    void poolThatIsBusyPulses() throws Exception {
        request("work", 3 * POOL);
        awaitFullPool();
        long before = pulses();
        Thread.sleep(5 * LIMIT_MS);
        assertTrue(pulses() - before > 15, pulses() - before + " pulses in 1 s");
    }

    @Test
    void deadlockOfTwoThreadsThatLeavesOthersToWorkPulses() throws Exception {
        request("one", 1);
        request("other", 1);
        long before = pulses();
        Thread.sleep(5 * LIMIT_MS);
        assertTrue(pulses() - before > 15, pulses() - before + " pulses in 1 s");
        request("", 1);
        assertEquals("HTTP/1.1 200", RawClient.text(clients.get(2).read(12)));
    }

    @Test
    void fullPoolWithADeadlockDoesNotPulse() throws Exception {
        request("one", 1);
        request("other", 1);
        request("work", 3 * POOL);
        awaitFullPool();
        awaitSilence();
    }

    @Test
    void selectorThatDoesNotComeRoundDoesNotPulseUntilItDoes() throws Exception {
        hosts.a.connector.getSelectorManager().getBeans(ManagedSelector.class).stream()
                .skip(1)
                .forEach(s -> s.submit(unused -> await(release)));
        awaitSilence();
        long before = pulses();
        release.countDown();
        while (pulses() < before + 5) {
            Thread.sleep(5);
        }
    }

    private static void await(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
