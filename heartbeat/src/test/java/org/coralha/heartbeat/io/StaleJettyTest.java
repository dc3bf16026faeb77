package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Jetty of an earlier daemon is found although the directory of the sockets is gone. */
@Timeout(30)
class StaleJettyTest {
    @TempDir Path directory;
    private Properties properties;

    @BeforeEach
    void configure() throws IOException {
        properties = TestNode.properties();
    }

    private TestNode node() throws Exception {
        TestNode node = new TestNode(HostId.A, properties, directory);
        node.node.start();
        return node;
    }

    /** A Jetty that was attached to a daemon that is gone, with everything below its run-dir. */
    private TestModule left() throws Exception {
        try (TestNode node = node()) {
            TestModule module = new TestModule(node.socket());
            module.hello(node.config.digest().bytes());
            assertEquals(DaemonMessage.Welcome.class, module.await(DaemonMessage.class).getClass());
            node.close();
            try (var files = Files.list(node.runDir)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            return module;
        }
    }

    @Test
    void itIsEndedBeforeThereIsADataPlane() throws Exception {
        try (TestModule module = left();
                TestNode next = node()) {
            JettyDesk.endStale(next.spec);
            assertTrue(module.process.waitFor(5, TimeUnit.SECONDS));
        }
    }

    @Test
    void itIsRefusedIfItDoesNotEnd() throws Exception {
        try (TestModule module = left();
                TestNode next = node();
                TestModule again = new TestModule(next.socket())) {
            again.send(
                    new org.coralha.pair.ModuleMessage.Hello(
                            org.coralha.pair.MessageCodec.PROTOCOL_VERSION,
                            module.process.pid(),
                            next.config.digest().bytes(),
                            "test"));
            String reason = again.await(DaemonMessage.Refused.class).reason();
            assertTrue(reason.contains("restart Jetty"), reason);
        }
    }

    @Test
    void processOfBeforeTheLastStartOfTheHostIsNobody() throws Exception {
        try (TestModule module = left();
                TestNode next = node()) {
            Path file = next.spec.stateDir().resolve("jetty");
            String[] parts = Files.readString(file).strip().split(" ");
            Files.writeString(file, parts[0] + " " + parts[1] + " another-boot");
            JettyDesk.endStale(next.spec);
            assertTrue(module.process.isAlive());
        }
    }
}
