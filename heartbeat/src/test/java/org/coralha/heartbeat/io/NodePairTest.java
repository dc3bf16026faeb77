package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.HostId;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two daemons on the loopback interface with real datagrams, sockets and files. */
class NodePairTest {
    @TempDir Path directory;
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestNode a;
    private TestNode b;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private void startBoth() throws Exception {
        Properties properties = TestNode.properties();
        a = start(HostId.A, properties);
        b = start(HostId.B, properties);
    }

    private TestNode start(HostId self, Properties properties) throws Exception {
        TestNode node = new TestNode(self, properties, directory);
        open.add(node);
        node.node.start();
        return node;
    }

    private TestModule attach(TestNode node) throws Exception {
        TestModule module = new TestModule(node.socket());
        open.add(module);
        module.hello(node.config.digest().bytes());
        assertEquals(DaemonMessage.Welcome.class, module.await(DaemonMessage.class).getClass());
        module.send(new ModuleMessage.Ready());
        module.send(new ModuleMessage.LogLink(true));
        return module;
    }

    private static DaemonMessage.TakeRole take(TestModule module, ServiceRole role)
            throws Exception {
        DaemonMessage.TakeRole told = module.await(DaemonMessage.TakeRole.class);
        assertNotNull(told, "no TakeRole");
        assertEquals(role, told.role());
        module.send(new ModuleMessage.RoleTaken(told.epoch(), role, told.flows().size(), 700));
        return told;
    }

    private TestModule[] duplex() throws Exception {
        startBoth();
        TestModule ofA = attach(a);
        TestModule ofB = attach(b);
        take(ofA, ServiceRole.SIMPLEX);
        take(ofA, ServiceRole.PRIMARY);
        take(ofB, ServiceRole.BACKUP);
        a.awaitState("PRIMARY");
        b.awaitState("BACKUP");
        return new TestModule[] {ofA, ofB};
    }

    @Test
    void duplexThenLastGaspThenPromotionWithTheFlows() throws Exception {
        TestModule[] modules = duplex();
        assertEquals(Mode.PRIMARY, a.plane.mode());
        assertEquals(Mode.BACKUP, b.plane.mode());
        assertNotNull(b.plane.peer);
        assertTrue(a.plane.watched().contains(modules[0].process.pid()));
        assertTrue(b.announced.get() > 0);
        InetAddress client = InetAddress.getByName("10.0.0.1");
        b.plane.flows = List.of(new FlowSnapshot(new FlowKey(client, 4000), 17));
        a.node.onCrash(modules[0].process.pid(), 9);
        DaemonMessage.TakeRole told = take(modules[1], ServiceRole.SIMPLEX);
        assertEquals(b.plane.flows, told.flows());
        a.awaitState("FENCED");
        b.await("measurement", s -> firstByteMicros(s) >= 700);
        assertEquals("last gasp of the primary", failover(b.status()).get("reason"));
        assertEquals(List.of(), a.trouble);
        assertEquals(List.of(), b.trouble);
    }

    private static Map<String, Object> failover(Map<String, Object> status) {
        return JsonReader.inner(status, "lastFailover");
    }

    private static long firstByteMicros(Map<String, Object> status) {
        return (Long) failover(status).getOrDefault("detectionToFirstByteMicros", -1L);
    }

    @Test
    void aSilentPrimaryIsReplaced() throws Exception {
        TestModule[] modules = duplex();
        a.close();
        take(modules[1], ServiceRole.SIMPLEX);
        b.awaitState("SIMPLEX");
        assertEquals("the primary is silent", failover(b.status()).get("reason"));
    }

    @Test
    void orderlyShutdownHandsOver() throws Exception {
        TestModule[] modules = duplex();
        a.node.shutdown();
        assertEquals(Mode.FENCED, a.plane.mode());
        assertEquals(ServiceRole.FENCED, modules[0].await(DaemonMessage.TakeRole.class).role());
        take(modules[1], ServiceRole.SIMPLEX);
    }

    @Test
    void garbageAtTheModuleSocketChangesNothing() throws Exception {
        TestModule[] modules = duplex();
        Random random = new Random(5);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[1 + random.nextInt(5000)];
            random.nextBytes(noise);
            try (TestModule stranger = new TestModule(a.socket())) {
                stranger.sendRaw(ByteBuffer.wrap(noise));
            } catch (java.io.IOException e) {
                // the daemon may close before everything is written
            }
        }
        a.await("count", s -> a.node.counters().get("module.garbage") > 0);
        assertEquals("PRIMARY", a.status().get("state"));
        modules[0].send(new ModuleMessage.QueryFlows(5));
        assertEquals(5, modules[0].await(DaemonMessage.Flows.class).requestId());
    }

    @Test
    void garbageThatTheModuleCountedIsShown() throws Exception {
        startBoth();
        TestModule module = attach(a);
        module.send(new ModuleMessage.Pulse(1, 2, 33));
        a.await("count", s -> Long.valueOf(33).equals(counter(s, "module.log.garbage")));
        assertEquals(0L, counter(b.status(), "module.log.garbage"));
    }

    private static Object counter(Map<String, Object> status, String name) {
        return JsonReader.inner(status, "counters").get(name);
    }

    @Test
    void aSecondJettyAWrongDigestAndAForeignProcessAreRefused() throws Exception {
        startBoth();
        TestModule wrong = new TestModule(a.socket());
        open.add(wrong);
        wrong.hello(new byte[32]);
        assertTrue(wrong.await(DaemonMessage.Refused.class).reason().contains("pair.properties"));
        TestModule dead = new TestModule(a.socket());
        open.add(dead);
        dead.process.destroyForcibly().waitFor();
        dead.hello(a.config.digest().bytes());
        assertTrue(dead.await(DaemonMessage.Refused.class).reason().contains("jetty.user"));
        attach(a);
        TestModule second = new TestModule(a.socket());
        open.add(second);
        second.hello(a.config.digest().bytes());
        assertTrue(second.await(DaemonMessage.Refused.class).reason().contains("another Jetty"));
    }

    @Test
    void aJettyThatHeldARoleAndLostItsConnectionMustRestart() throws Exception {
        startBoth();
        TestModule module = attach(a);
        attach(b);
        take(module, ServiceRole.SIMPLEX);
        long pid = module.process.pid();
        // It says that it stops, but only the connection goes.
        module.send(new ModuleMessage.Stopping("test"));
        a.awaitState("FENCED");
        module.disconnect();
        String refusal = "another Jetty";
        while (refusal.contains("another Jetty")) {
            refusal = refusal(pid);
        }
        assertTrue(refusal.contains("restart Jetty"), refusal);
    }

    /** What the daemon of a says to this process. */
    private String refusal(long processId) throws Exception {
        try (TestModule again = new TestModule(a.socket())) {
            again.send(new ModuleMessage.Hello(1, processId, a.config.digest().bytes(), "test"));
            return again.await(DaemonMessage.Refused.class).reason();
        }
    }

    @Test
    void aJettyWhoseConnectionBreaksIsEnded() throws Exception {
        startBoth();
        TestModule module = attach(a);
        attach(b);
        take(module, ServiceRole.SIMPLEX);
        module.disconnect();
        assertTrue(module.process.waitFor(5, TimeUnit.SECONDS));
    }

    @Test
    void jettyThatMeetsSocketsOfItsPredecessorIsEndedAndTheNextTriesAgain() throws Exception {
        startBoth();
        a.plane.clearFails = true;
        TestModule first = new TestModule(a.socket());
        open.add(first);
        first.hello(a.config.digest().bytes());
        assertTrue(first.process.waitFor(5, TimeUnit.SECONDS));
        a.awaitState("FENCED");
        assertEquals(1, a.node.counters().get("plane.clear_failed"));
        assertEquals(List.of(), a.trouble);
        first.disconnect();
        a.plane.clearFails = false;
        a.await("place", s -> first.received.size() == 1);
        TestModule second = null;
        DaemonMessage answer = null;
        while (!(answer instanceof DaemonMessage.Welcome)) {
            second = new TestModule(a.socket());
            open.add(second);
            second.hello(a.config.digest().bytes());
            answer = second.await(DaemonMessage.class);
        }
        second.send(new ModuleMessage.Ready());
        a.awaitState("IDLE");
    }

    @Test
    void moduleServerThatFailsIsFatal() throws Exception {
        startBoth();
        a.plane.watchFails = true;
        TestModule module = new TestModule(a.socket());
        open.add(module);
        module.hello(a.config.digest().bytes());
        a.await("fatal", s -> a.trouble.toString().contains("module-server"));
    }

    @Test
    void hostsWithDifferentFilesRefuseEachOtherAndNameTheKey() throws Exception {
        Properties properties = TestNode.properties();
        a = start(HostId.A, properties);
        Properties other = new Properties();
        other.putAll(properties);
        other.setProperty("log.port", "7801");
        b = start(HostId.B, other);
        b.await("refusal", s -> !b.trouble.isEmpty());
        assertTrue(b.trouble.get(0).contains("log.port"), b.trouble.get(0));
        assertNull(b.status().get("lastFailover"));
    }

    @Test
    void aSecondDaemonOnTheSameRunDirectoryIsRefused() throws Exception {
        Properties properties = TestNode.properties();
        a = start(HostId.A, properties);
        java.io.IOException e =
                org.junit.jupiter.api.Assertions.assertThrows(
                        java.io.IOException.class,
                        () -> new TestNode(HostId.A, properties, directory));
        assertTrue(e.getMessage().contains("heartbeat.port"), e.getMessage());
        Properties elsewhere = TestNode.properties();
        e =
                org.junit.jupiter.api.Assertions.assertThrows(
                        java.io.IOException.class,
                        () -> new TestNode(HostId.A, elsewhere, directory));
        assertTrue(e.getMessage().contains("another coral-heartbeatd"), e.getMessage());
        assertEquals("a", a.status().get("host"));
    }
}
