package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.Acknowledgement;
import org.coralha.pair.FlowSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections between real TCP stacks go on at the backup. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class FailoverTest {
    @Parameter Family family;

    private static final int BODY_BYTES = 20_000_000;
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    /**
     * The first changes nothing. 2 switches off the random start of TCP timestamps: the two hosts'
     * clocks differ widely.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "ethtool -K eth0 tx off gso off gro off",
                "sysctl -qw net.ipv4.tcp_timestamps=2",
                "sysctl -qw net.ipv4.tcp_timestamps=0",
                "sysctl -qw net.ipv4.tcp_syncookies=2"
            })
    void downloadGoesOnAtTheBackup(String tuning) throws Exception {
        boolean noTimestamps = tuning.contains("timestamps=0");
        hosts.b.namespace.sh(tuning);
        if (noTimestamps || tuning.startsWith("ethtool")) {
            hosts.a.namespace.sh(tuning);
        }
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "GET\n");
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        assertEquals("GET\n", Connections.receive(atA, 4));
        assertEquals("GET\n", Connections.receive(atB, 4));

        byte[] body = Connections.body(BODY_BYTES, 1);
        CompletableFuture<byte[]> received = Connections.receiveLater(client, BODY_BYTES);
        // With the device doing nothing, what the client gets has complete checksums.
        boolean complete = tuning.startsWith("ethtool");
        try (Capture all = complete ? new Capture(hosts.client, "tcp src port 8080") : null) {
            Connections.sendSlowly(atA, body);
            Thread.sleep(150);
            hosts.failOver();
            int acked = ackedOfOnlyFlow();
            assertTrue(acked > 0 && acked < BODY_BYTES, "acked " + acked);
            atB.getOutputStream().write(body, acked, BODY_BYTES - acked);

            assertArrayEquals(body, received.get(20, TimeUnit.SECONDS));
            Connections.send(client, "BYE\n");
            assertEquals("BYE\n", Connections.receive(atB, 4));
            if (complete) {
                List<String> lines = all.lines();
                assertTrue(lines.stream().anyMatch(line -> line.contains("(correct)")));
                assertTrue(lines.stream().noneMatch(line -> line.contains("incorrect")));
            }
        }
        assertEquals(1, hosts.b.plane.counters().get("flow_promoted"));
        assertEquals(acked(), ackedOfOnlyFlow(), "frozen by promotion");
    }

    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "WINDOW"})
    void uploadGoesOnAtTheBackupThatReadSlowly(Acknowledgement acknowledgement) throws Exception {
        hosts.a.plane.acknowledgement(acknowledgement);
        hosts.b.plane.acknowledgement(acknowledgement);
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "PUT\n");
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        assertEquals("PUT\n", Connections.receive(atA, 4));
        assertEquals("PUT\n", Connections.receive(atB, 4));
        byte[] body = Connections.body(BODY_BYTES, 2);
        CompletableFuture<byte[]> readByA = Connections.receiveLater(atA, BODY_BYTES);
        Connections.sendSlowly(client, body);
        boolean strict = acknowledgement == Acknowledgement.CONDITIONAL;
        // The backup's process stands still while the primary's goes on reading.
        if (strict) {
            hosts.a.awaitCount("window_capped");
        } else {
            hosts.b.awaitCount("beyond_own_window");
        }
        CompletableFuture<byte[]> received = Connections.receiveLater(atB, BODY_BYTES);
        Thread.sleep(300);
        hosts.failOver();
        assertArrayEquals(body, received.get(20, TimeUnit.SECONDS));
        assertTrue(!readByA.isDone());
        assertEquals(!strict, hosts.b.plane.counters().get("beyond_own_window") > 0);
        assertEquals(strict, hosts.a.plane.counters().get("window_capped") > 0);
    }

    @Test
    void uploadAtFullSpeedReachesBothWhole() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "PUT\n");
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        assertEquals("PUT\n", Connections.receive(atA, 4));
        assertEquals("PUT\n", Connections.receive(atB, 4));
        byte[] body = Connections.body(100_000_000, 3);
        CompletableFuture<byte[]> toA = Connections.receiveLater(atA, body.length);
        CompletableFuture<byte[]> toB = Connections.receiveLater(atB, body.length);
        client.getOutputStream().write(body);
        assertArrayEquals(body, toA.get(30, TimeUnit.SECONDS));
        assertArrayEquals(body, toB.get(30, TimeUnit.SECONDS));
    }

    private int frozen = -1;

    private int ackedOfOnlyFlow() {
        List<FlowSnapshot> flows = hosts.b.plane.flows();
        assertEquals(1, flows.size());
        int acked = (int) flows.get(0).clientAckedBytes();
        frozen = frozen < 0 ? acked : frozen;
        return acked;
    }

    private int acked() {
        return frozen;
    }

    @Test
    void idleConnectionSurvivesKillOfThePrimary() throws Exception {
        ServerSocket serverB = Connections.listen(hosts.b);
        Process primary = EchoProcess.start(hosts.a.namespace);
        hosts.a.plane.watch(primary.pid());
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "1\n");
        assertEquals("A:1\n", Connections.receive(client, 4));
        Socket atB = Connections.accept(serverB);
        assertEquals("1\n", Connections.receive(atB, 2));
        try (Capture ends =
                new Capture(hosts.client, Capture.withFlags(Segment.FIN | Segment.RST))) {
            primary.destroyForcibly();
            assertEquals(primary.pid(), hosts.a.crashes.poll(2, TimeUnit.SECONDS));
            assertEquals(DataPlane.Mode.FENCED, hosts.a.plane.mode());
            hosts.a.plane.mode(DataPlane.Mode.SIMPLEX);
            assertEquals(DataPlane.Mode.FENCED, hosts.a.plane.mode(), "a late switch");
            Thread.sleep(50); // the client's acknowledgement may be delayed
            hosts.b.plane.mode(DataPlane.Mode.SIMPLEX);
            assertEquals(4, ackedOfOnlyFlow());
            Connections.send(client, "2\n");
            assertEquals("2\n", Connections.receive(atB, 2));
            Connections.send(atB, "B:2\n");
            assertEquals("B:2\n", Connections.receive(client, 4));
            assertEquals(List.of(), ends.lines());
        }
    }

    @Test
    void backupWhoseProcessDiesGoesOnPassingPacketsBeforeAnybodyDecides() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        Process backup = EchoProcess.start(hosts.b.namespace);
        hosts.b.plane.watch(backup.pid());
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "1\n");
        Socket atA = Connections.accept(serverA);
        assertEquals("1\n", Connections.receive(atA, 2));
        try (Capture ends =
                new Capture(hosts.client, Capture.withFlags(Segment.FIN | Segment.RST))) {
            backup.destroyForcibly();
            assertEquals(backup.pid(), hosts.b.crashes.poll(2, TimeUnit.SECONDS));
            assertEquals(DataPlane.Mode.FORWARD_ONLY, hosts.b.plane.mode());
            Connections.send(client, "2\n");
            assertEquals("2\n", Connections.receive(atA, 2));
            Connections.send(atA, "A:2\n");
            assertEquals("A:2\n", Connections.receive(client, 4));
            assertEquals(0, hosts.b.plane.counters().get("fenced_in"), "nothing was lost");
            assertEquals(List.of(), ends.lines());
        }
    }

    @Test
    void handshakeUnderWayAtTheFlipIsAnsweredByTheSurvivor() throws Exception {
        ServerSocket serverB = Connections.listen(hosts.b);
        // Nobody answers at a: the client's SYN is repeated after a second.
        hosts.duplex();
        hosts.a.pullCable();
        CompletableFuture<Socket> connecting =
                Connections.later(() -> Connections.connect(hosts.client, 0));
        Thread.sleep(200);
        hosts.b.plane.mode(DataPlane.Mode.SIMPLEX);
        Socket client = connecting.get(5, TimeUnit.SECONDS);
        Socket atB = Connections.accept(serverB);
        Connections.send(atB, "hello");
        assertEquals("hello", Connections.receive(client, 5));
        assertEquals(List.of(), hosts.b.plane.flows(), "local, not promoted");
        assertEquals(1, hosts.b.plane.counters().get("local_noted"));
    }

    @Test
    void handshakeThatOnlyThePrimaryAnsweredIsPromoted() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        // First the answer of the primary is lost, then the client's acknowledgement of it.
        String nobody = " lladdr 02:00:00:00:00:99 nud permanent";
        hosts.loseToClient();
        CompletableFuture<Socket> connecting =
                Connections.later(() -> Connections.connect(hosts.client, 0));
        Thread.sleep(300);
        hosts.router.sh("ip neigh replace " + family.at(2, 100) + " dev br0" + nobody);
        hosts.findClient();
        Socket client = connecting.get(5, TimeUnit.SECONDS);
        hosts.failOver();
        hosts.router.sh("ip neigh del " + family.at(2, 100) + " dev br0");
        Connections.send(client, "late");
        Socket atB = Connections.accept(serverB);
        assertEquals("late", Connections.receive(atB, 4));
        Connections.send(atB, "reply");
        assertEquals("reply", Connections.receive(client, 5));
        assertEquals(0, ackedOfOnlyFlow());
        assertNotNull(serverA);
    }
}
