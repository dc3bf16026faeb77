package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.pair.ModuleMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host asks itself for the configured paths, before it is ready and while it stands by. */
@Timeout(120)
class WarmUpTest {
    private static final String PATH = "/big/20000";
    private static final String OTHER = "/chunked/5000";
    private static final int AGAIN_LIMIT_MS = 20_000;

    @TempDir Path directory;
    private final App appA = new App("a");
    private final App appB = new App("b");
    private TwoHosts hosts;

    @BeforeEach
    void start() throws Exception {
        Map<String, String> keys =
                Map.of("warm.paths", PATH + ", " + OTHER, "warm.limit.ms", "300000");
        hosts = new TwoHosts(directory, keys, appA, appB, new App("plain"));
        for (TwoHosts.Host host : List.of(hosts.a, hosts.b)) {
            host.daemon.await(m -> m instanceof ModuleMessage.Ready);
        }
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    private static long executed(App app) {
        return app.executed.stream().filter(PATH::equals).count();
    }

    private static boolean grows(App app, int limitMs) throws InterruptedException {
        long before = executed(app);
        for (int i = 0; i < limitMs / 10 && executed(app) == before; i++) {
            Thread.sleep(10);
        }
        return executed(app) > before;
    }

    @Test
    void theApplicationHasRunBeforeTheHostIsReady() {
        for (App app : List.of(appA, appB)) {
            assertEquals(5000, executed(app), 100, "half of the requests are for this path");
            assertTrue(app.executed.contains(OTHER));
        }
        assertEquals(0, hosts.b.coral.getPromotions(), "these takeovers are nobody's");
        assertEquals(0, hosts.b.coral.getStandbyFlows());
        assertEquals(0, hosts.b.coral.getHeldBytes());
    }

    @Test
    void aBackupStaysWarmAndAHostThatServesIsLeftAlone() throws Exception {
        hosts.duplex();
        assertTrue(grows(appB, AGAIN_LIMIT_MS));
        // What was under way when the role came.
        grows(appA, 3000);
        assertEquals(false, grows(appA, 3000), "the primary asks itself for nothing");
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send("GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(RawClient.text(client.readQuiet(2000)).endsWith("by a"));
        }
        hosts.promoteB(List.of());
        try (RawClient client = new RawClient(hosts.b.address)) {
            client.send("GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
            assertTrue(RawClient.text(client.readQuiet(2000)).endsWith("by b"));
        }
    }
}
