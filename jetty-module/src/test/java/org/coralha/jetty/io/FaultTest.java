package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.coralha.jetty.core.EndSpread;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens while the backup is slow, silent or gone. */
@Timeout(120)
class FaultTest {
    private static final int OLD_FLOWS = 12;
    private static final String GET = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";

    @TempDir Path directory;
    private final App appA = new App("a");
    private TwoHosts hosts;

    private void start(Map<String, String> overrides) throws Exception {
        hosts = new TwoHosts(directory, overrides, appA, new App("b"), new App("p")).duplex();
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    @Test
    void noByteLeavesBeforeItsAcknowledgement() throws Exception {
        start(Map.of());
        TwoHosts.fault(hosts.b.faults, "ack-delay-ms", "400");
        Thread.sleep(100);
        for (String request :
                List.of(
                        GET.formatted("/small/1"),
                        GET.formatted("/big/500000"),
                        GET.formatted("/early"),
                        "GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "RUBBISH\r\n\r\n",
                        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                                + "Content-Length: 5\r\n\r\n")) {
            try (RawClient client = new RawClient(hosts.a.address)) {
                Thread.sleep(500); // OPEN is acknowledged
                long sent = System.nanoTime();
                client.send(request);
                client.read(1);
                long ms = (System.nanoTime() - sent) / 1_000_000;
                assertTrue(ms >= 390, request + " answered after " + ms + " ms");
            }
        }
    }

    @Test
    void acknowledgedRepliesWaitAtTheFaultPoint() throws Exception {
        start(Map.of());
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(GET.formatted("/small/1"));
            int length = client.readQuiet(200).length;
            TwoHosts.fault(hosts.a.faults, "hold-release", "");
            TwoHosts.awaitState(hosts.a.faults, "hold-release 0\n");
            client.send(GET.formatted("/small/1"));
            TwoHosts.awaitState(hosts.a.faults, "hold-release 1\n");
            assertEquals(0, client.readQuiet(100).length);
            assertEquals(0, hosts.a.coral.getOldestUnackedMs());
            Files.delete(hosts.a.faults.resolve("hold-release"));
            assertEquals(length, client.readQuiet(300).length);
        }
    }

    @Test
    void silentBackupIsReportedEachLimitAndHeldRepliesLeaveInSimplex() throws Exception {
        start(Map.of("log.ack.limit.ms", "300", "log.window.bytes", "65536"));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(new RawClient(hosts.a.address));
        }
        Thread.sleep(200);
        TwoHosts.fault(hosts.b.faults, "ack-delay-ms", "60000");
        Thread.sleep(100);
        for (RawClient client : clients) {
            client.send(GET.formatted("/big/2000000"));
        }
        hosts.a.daemon.await(m -> m instanceof ModuleMessage.LogStalled);
        Thread.sleep(1000);
        long bytes = hosts.a.coral.getBytesOnTheWay();
        assertTrue(bytes <= 65536 + 9 * 70_000, bytes + " bytes on the way");
        long reports =
                hosts.a.daemon.received().stream()
                        .filter(m -> m instanceof ModuleMessage.LogStalled)
                        .count();
        // A daemon that was told not to act on the first one must hear of it again.
        assertTrue(reports >= 2 && reports <= 5, reports + " reports in about four limits");
        for (RawClient client : clients) {
            assertEquals(0, client.readQuiet(50).length);
        }
        hosts.a.daemon.take(5, ServiceRole.SIMPLEX, List.of());
        for (RawClient client : clients) {
            byte[] reply = client.readQuiet(500);
            byte[] body = App.bytes(2_000_000);
            assertArrayEquals(
                    body,
                    java.util.Arrays.copyOfRange(reply, reply.length - body.length, reply.length));
            client.send(GET.formatted("/who"));
            assertTrue(RawClient.text(client.readQuiet(100)).endsWith("served by a"));
            client.close();
        }
    }

    @Test
    void idleTimeoutDoesNotDropAHeldReply() throws Exception {
        start(Map.of("log.ack.limit.ms", "60000"));
        hosts.a.connector.setIdleTimeout(400);
        try (RawClient client = new RawClient(hosts.a.address)) {
            Thread.sleep(100);
            TwoHosts.fault(hosts.b.faults, "ack-delay-ms", "1500");
            Thread.sleep(100);
            client.send(GET.formatted("/small/1"));
            assertTrue(RawClient.text(client.readToEnd()).endsWith("hello /small/1"));
        }
    }

    @Test
    void failedReplyLeavesNothingButTheEnd() throws Exception {
        start(Map.of());
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(GET.formatted("/small/1"));
            client.readQuiet(200);
            client.send(GET.formatted("/fail"));
            assertEquals("", RawClient.text(client.readToEnd()));
        }
    }

    @Test
    void repliesBeyondTheMemoryLimitAreSpooledAndExact() throws Exception {
        start(Map.of("log.memory.bytes", "1048576"));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RawClient client = new RawClient(hosts.a.address);
            clients.add(client);
            client.send(GET.formatted("/big/8000000"));
        }
        byte[] body = App.bytes(8_000_000);
        Thread.sleep(1500);
        assertTrue(hosts.a.coral.getSpooledBytes() > 4_000_000);
        assertTrue(hosts.a.coral.getHeldBytes() <= 1_048_576);
        for (RawClient client : clients) {
            byte[] reply = client.readQuiet(700);
            assertArrayEquals(
                    body,
                    java.util.Arrays.copyOfRange(reply, reply.length - body.length, reply.length));
            client.close();
        }
        Thread.sleep(300);
        try (Stream<Path> files = Files.list(directory.resolve("spool-a"))) {
            assertEquals(0, files.count());
        }
        assertEquals(0, hosts.a.coral.getHeldBytes());
    }

    @Test
    void replyAboveTheLimitIsReleasedInPieces() throws Exception {
        start(Map.of("reply.limit.bytes", "100000"));
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(GET.formatted("/big/5000000"));
            byte[] reply = client.readQuiet(700);
            byte[] body = App.bytes(5_000_000);
            assertArrayEquals(
                    body,
                    java.util.Arrays.copyOfRange(reply, reply.length - body.length, reply.length));
        }
    }

    @Test
    void garbageOnTheLogPortIsCountedAndChangesNothing() throws Exception {
        start(Map.of());
        Random random = new Random(5);
        long before = hosts.a.coral.getGarbage();
        int port = logPort();
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1000);
                byte[] rubbish = new byte[1 + random.nextInt(5000)];
                random.nextBytes(rubbish);
                socket.getOutputStream().write(rubbish);
                Thread.sleep(5);
            } catch (java.io.IOException e) {
                // reset is a fair answer
            }
        }
        Thread.sleep(800);
        assertTrue(hosts.a.coral.getGarbage() >= before + 20, "" + hosts.a.coral.getGarbage());
        assertTrue(hosts.a.coral.isLogLinkUp());
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(GET.formatted("/who"));
            assertTrue(RawClient.text(client.readQuiet(300)).endsWith("served by a"));
        }
    }

    @Test
    void upgradedConnectionIsHandedOnInOrderAndNotProtected() throws Exception {
        start(Map.of());
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                            + "Upgrade: echo\r\n\r\n");
            String reply = client.readUntil("\r\n\r\nwelcome");
            assertTrue(reply.startsWith("HTTP/1.1 101"), reply);
            client.send("abc");
            assertEquals("abc", RawClient.text(client.readQuiet(3, 200)), "echo and nothing else");
        }
    }

    private int logPort() throws Exception {
        return Files.readAllLines(directory.resolve("pair.properties")).stream()
                .filter(line -> line.startsWith("log.port="))
                .mapToInt(line -> Integer.parseInt(line.substring(9)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void lostDaemonCutsTheConnectionsAndLeaksNothing() throws Exception {
        start(Map.of());
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(GET.formatted("/small/1"));
            client.readQuiet(200);
            TwoHosts.fault(hosts.b.faults, "ack-delay-ms", "1000");
            Thread.sleep(100);
            client.send(GET.formatted("/small/2"));
            Thread.sleep(100);
            long records = hosts.a.coral.getRecordsSent();
            hosts.a.daemon.drop();
            try {
                assertEquals(0, client.readQuiet(1500).length);
            } catch (java.io.IOException e) {
                // a reset is what a cut looks like without a data plane
            }
            assertEquals(records, hosts.a.coral.getRecordsSent());
            assertEquals("FENCED", hosts.a.coral.getRole());
        }
    }

    @Test
    void secondReignLogsNewFlowsAndEndsOldOnes() throws Exception {
        start(Map.of());
        try (RawClient old = new RawClient(hosts.a.address)) {
            old.send(GET.formatted("/small/1"));
            old.readQuiet(200);
            hosts.a.daemon.take(5, ServiceRole.SIMPLEX, List.of());
            hosts.a.daemon.take(7, ServiceRole.PRIMARY, List.of());
            awaitEveryMoment();
            old.send(GET.formatted("/small/2"));
            String reply = RawClient.text(old.readToEnd());
            assertTrue(reply.contains("Connection: close"), reply);
            long records = hosts.a.coral.getRecordsSent();
            try (RawClient fresh = new RawClient(hosts.a.address)) {
                fresh.send(GET.formatted("/small/3"));
                reply = RawClient.text(fresh.readQuiet(300));
                assertTrue(reply.endsWith("hello /small/3"), reply);
                assertFalse(reply.contains("Connection: close"));
            }
            assertTrue(hosts.a.coral.getRecordsSent() >= records + 2);
        }
    }

    /** Until every connection from before the reign is due to end with its next reply. */
    private static void awaitEveryMoment() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(EndSpread.STANDARD.windowNanos());
    }

    /** Asked at once, each goes on until its moment, neither shorter nor longer. */
    @Test
    void oldFlowsEndOneAfterTheOther() throws Exception {
        start(Map.of());
        List<RawClient> old = new ArrayList<>();
        try {
            for (int i = 0; i < OLD_FLOWS; i++) {
                old.add(new RawClient(hosts.a.address));
                old.get(i).send(GET.formatted("/small/1"));
                old.get(i).readUntil("hello /small/1");
            }
            hosts.a.daemon.take(5, ServiceRole.SIMPLEX, List.of());
            long before = System.nanoTime();
            hosts.a.daemon.take(7, ServiceRole.PRIMARY, List.of());
            long after = System.nanoTime();
            for (RawClient client : old) {
                FlowKey flow = new FlowKey(client.socket.getLocalAddress(), client.port());
                long asked = System.nanoTime();
                client.send(GET.formatted("/small/2"));
                String reply = client.readUntil("hello /small/2");
                boolean ended = reply.contains("Connection: close");
                assertTrue(
                        ended
                                ? EndSpread.STANDARD.isDue(flow, before, System.nanoTime())
                                : !EndSpread.STANDARD.isDue(flow, after, asked),
                        reply);
            }
        } finally {
            for (RawClient client : old) {
                client.close();
            }
        }
    }

    @Test
    void oldFlowEndsAfterAllRequestsThatAreThere() throws Exception {
        start(Map.of());
        try (RawClient old = new RawClient(hosts.a.address)) {
            old.send(GET.formatted("/small/1"));
            old.readQuiet(200);
            hosts.a.daemon.take(5, ServiceRole.SIMPLEX, List.of());
            hosts.a.daemon.take(7, ServiceRole.PRIMARY, List.of());
            awaitEveryMoment();
            old.send(
                    GET.formatted("/small/2")
                            + GET.formatted("/small/3")
                            + GET.formatted("/small/4"));
            String replies = RawClient.text(old.readToEnd());
            assertTrue(replies.contains("hello /small/2"), replies);
            assertTrue(replies.contains("hello /small/3"), replies);
            assertTrue(replies.endsWith("hello /small/4"), replies);
            int close = replies.indexOf("Connection: close");
            assertTrue(close > replies.indexOf("hello /small/3"), replies);
        }
    }
}
