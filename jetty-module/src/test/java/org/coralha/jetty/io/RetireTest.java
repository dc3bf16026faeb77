package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Jetty whose service was moved away by an operator, and connections that would not move. */
@Timeout(120)
class RetireTest {
    private static final String GET = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir Path directory;
    private final App appA = new App("a");
    private final App appB = new App("b");
    private TwoHosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts(directory, Map.of(), appA, appB, new App("plain")).duplex();
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    private static FlowSnapshot flow(RawClient client, long acked) throws Exception {
        return new FlowSnapshot(
                new FlowKey(InetAddress.getByName("127.0.0.1"), client.port()), acked);
    }

    private static long readies(FakeDaemon daemon) {
        return daemon.received().stream().filter(m -> m instanceof ModuleMessage.Ready).count();
    }

    private static String ask(RawClient client, String path) throws IOException {
        client.send(GET.formatted(path));
        return RawClient.text(client.readQuiet(300));
    }

    @Test
    void theSameProcessIsTheBackupAfterwardsAndCanTakeOverAgain() throws Exception {
        RawClient old = new RawClient(hosts.a.address);
        assertTrue(ask(old, "/who").endsWith("served by a"));
        hosts.promoteB(List.of());
        long before = readies(hosts.a.daemon);
        hosts.a.daemon.take(3, ServiceRole.IDLE, List.of());
        assertThrows(IOException.class, () -> old.read(1), "the connection is given up");
        hosts.a.daemon.await(m -> readies(hosts.a.daemon) == before + 1);

        hosts.b.daemon.take(6, ServiceRole.PRIMARY, List.of());
        hosts.a.daemon.take(6, ServiceRole.BACKUP, List.of());
        RawClient toB = new RawClient(hosts.b.address);
        RawClient toA = new RawClient(hosts.a.address, toB.port());
        toA.send(GET.formatted("/small/1"));
        toB.send(GET.formatted("/small/1"));
        byte[] reply = toB.readQuiet(500);
        assertTrue(reply.length > 0, "the old primary acknowledges as the backup");

        ModuleMessage.RoleTaken taken =
                hosts.a.daemon.take(7, ServiceRole.SIMPLEX, List.of(flow(toA, reply.length)));
        assertEquals(1, taken.flows());
        assertTrue(ask(toA, "/who").endsWith("served by a"));
        hosts.b.daemon.take(6, ServiceRole.IDLE, List.of());
        hosts.a.daemon.take(9, ServiceRole.PRIMARY, List.of());
        hosts.b.daemon.take(9, ServiceRole.BACKUP, List.of());
        RawClient again = new RawClient(hosts.a.address);
        assertTrue(ask(again, "/who").endsWith("served by a"), "the log runs in both directions");
    }

    @Test
    void connectionsThatThePeerDoesNotHaveAreEndedWithTheirNextReply() throws Exception {
        RawClient alone = new RawClient(hosts.a.address);
        RawClient replicated = new RawClient(hosts.a.address);
        assertFalse(ask(alone, "/who").contains("Connection: close"));
        hosts.a.daemon.flows = List.of(flow(alone, 0));
        long asked = queries();
        hosts.a.daemon.await(m -> queries() > asked + 1);
        assertTrue(ask(alone, "/who").contains("Connection: close"));
        assertFalse(ask(replicated, "/who").contains("Connection: close"));
    }

    private long queries() {
        return hosts.a.daemon.received().stream()
                .filter(m -> m instanceof ModuleMessage.QueryFlows)
                .count();
    }
}
