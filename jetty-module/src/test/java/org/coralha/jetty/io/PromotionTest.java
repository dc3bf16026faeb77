package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.ModuleMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promotion without a data plane: a second socket with the same client address and port feeds the
 * backup what the first feeds the primary.
 */
@Timeout(120)
class PromotionTest {
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

    /** One client with a socket to each host. */
    private final class Twin implements AutoCloseable {
        final RawClient toA;
        final RawClient toB;

        Twin() throws Exception {
            toA = new RawClient(hosts.a.address);
            toB = new RawClient(hosts.b.address, toA.port());
        }

        void send(String text) throws Exception {
            toB.send(text);
            toA.send(text);
        }

        void send(byte[] bytes) throws Exception {
            toB.send(bytes);
            toA.send(bytes);
        }

        FlowSnapshot acked(long bytes) throws Exception {
            return new FlowSnapshot(
                    new FlowKey(InetAddress.getByName("127.0.0.1"), toA.port()), bytes);
        }

        @Override
        public void close() throws Exception {
            toA.close();
            toB.close();
        }
    }

    @Test
    void idleConnectionGoesOn() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/small/1"));
            byte[] reply = twin.toA.readQuiet(300);
            ModuleMessage.RoleTaken taken = hosts.promoteB(List.of(twin.acked(reply.length)));
            assertEquals(1, taken.flows());
            assertEquals(-1, taken.firstByteMicros());
            twin.toB.send(GET.formatted("/who"));
            assertTrue(RawClient.text(twin.toB.readQuiet(300)).endsWith("served by b"));
            assertEquals(List.of("/who"), appB.executed);
            String before = appA.transactions.get(0);
            assertEquals(before.replaceAll("/0$", "/1"), appB.transactions.get(0));
        }
    }

    @Test
    void connectionsAcceptedDuringThePromotionAreServed() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        Thread promotion =
                new Thread(
                        () -> {
                            try {
                                hosts.promoteB(List.of());
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        });
        for (int i = 0; i < 400; i++) {
            if (i == 150) {
                promotion.start();
            }
            clients.add(new RawClient(hosts.b.address));
        }
        promotion.join();
        for (RawClient client : clients) {
            client.send("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        }
        for (RawClient client : clients) {
            String reply = RawClient.text(client.readToEnd());
            assertTrue(reply.endsWith("served by b"), reply);
            client.close();
        }
        assertEquals(400, appB.executed.size());
    }

    @Test
    void loggedReplyIsContinuedAtEveryOffset() throws Exception {
        List<Twin> twins = new ArrayList<>();
        List<FlowSnapshot> flows = new ArrayList<>();
        List<byte[]> replies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Twin twin = new Twin();
            twins.add(twin);
            twin.send(GET.formatted("/big/200000"));
            replies.add(twin.toA.readQuiet(200_000, 200));
            flows.add(twin.acked(i * 10_000L));
        }
        ModuleMessage.RoleTaken taken = hosts.promoteB(flows);
        System.out.println("first byte after " + taken.firstByteMicros() + " us");
        for (int i = 0; i < twins.size(); i++) {
            byte[] whole = replies.get(i);
            byte[] rest = twins.get(i).toB.read(whole.length - i * 10_000);
            assertArrayEquals(Arrays.copyOfRange(whole, i * 10_000, whole.length), rest);
            twins.get(i).toB.send(GET.formatted("/who"));
            assertTrue(RawClient.text(twins.get(i).toB.readQuiet(100)).endsWith("by b"));
            twins.get(i).close();
        }
        assertEquals(20, appB.executed.size());
    }

    @Test
    void requestInProgressIsExecutedAgain() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/small/1") + GET.formatted("/gated"));
            byte[] first = twin.toA.readQuiet(300);
            appB.gate.release();
            hosts.promoteB(List.of(twin.acked(first.length)));
            assertTrue(RawClient.text(twin.toB.readQuiet(300)).endsWith("gated b"));
            assertEquals(List.of("/gated"), appB.executed);
            assertEquals(appA.transactions.get(1), appB.transactions.get(0));
            appA.gate.release();
        }
    }

    @Test
    void replyWhoseEndIsNotLoggedIsExecutedAgain() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/small/1"));
            byte[] first = twin.toA.readQuiet(300);
            TwoHosts.fault(hosts.a.faults, "hold-end", "");
            TwoHosts.awaitState(hosts.a.faults, "hold-end 0\n");
            long records = hosts.a.coral.getRecordsSent();
            twin.send(GET.formatted("/small/2"));
            TwoHosts.awaitState(hosts.a.faults, "hold-end 1\n");
            assertEquals(records, hosts.a.coral.getRecordsSent());
            assertEquals(0, twin.toA.readQuiet(100).length);
            hosts.promoteB(List.of(twin.acked(first.length)));
            assertTrue(RawClient.text(twin.toB.readQuiet(300)).endsWith("hello /small/2"));
            assertEquals(List.of("/small/2"), appB.executed);
        }
    }

    @Test
    void heldEndIsLoggedWhenItIsFreed() throws Exception {
        try (Twin twin = new Twin()) {
            TwoHosts.fault(hosts.a.faults, "hold-end", "");
            TwoHosts.awaitState(hosts.a.faults, "hold-end 0\n");
            twin.send(GET.formatted("/small/1"));
            TwoHosts.awaitState(hosts.a.faults, "hold-end 1\n");
            Files.delete(hosts.a.faults.resolve("hold-end"));
            byte[] reply = twin.toA.readQuiet(300);
            assertTrue(RawClient.text(reply).endsWith("hello /small/1"));
            hosts.promoteB(List.of(twin.acked(reply.length)));
            assertEquals(List.of(), appB.executed);
        }
    }

    @Test
    void uploadGoesOnInTheMiddleOfTheBody() throws Exception {
        byte[] body = App.bytes(3_000_000);
        try (Twin twin = new Twin()) {
            twin.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
            twin.send(Arrays.copyOf(body, 1_300_000));
            Thread.sleep(300);
            hosts.promoteB(List.of(twin.acked(0)));
            twin.toB.send(Arrays.copyOfRange(body, 1_300_000, body.length));
            byte[] reply = twin.toB.readQuiet(1000);
            byte[] echoed = Arrays.copyOfRange(reply, reply.length - body.length, reply.length);
            assertArrayEquals(body, echoed);
        }
    }

    @Test
    void interimReplyIsNotRepeated() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(
                    "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 5\r\n\r\n");
            byte[] interim = twin.toA.readQuiet(300);
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", RawClient.text(interim));
            hosts.promoteB(List.of(twin.acked(10)));
            assertEquals(
                    RawClient.text(interim).substring(10),
                    RawClient.text(twin.toB.read(interim.length - 10)));
            twin.toB.send("abcde");
            String reply = RawClient.text(twin.toB.readQuiet(300));
            assertTrue(reply.startsWith("HTTP/1.1 200 OK"), reply);
            assertTrue(reply.endsWith("abcde"), reply);
        }
    }

    @Test
    void closingReplyIsFollowedByTheEnd() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send("GET /big/50000 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            byte[] whole = twin.toA.readToEnd();
            hosts.promoteB(List.of(twin.acked(40_000)));
            assertArrayEquals(
                    Arrays.copyOfRange(whole, 40_000, whole.length), twin.toB.readToEnd());
            assertEquals(List.of(), appB.executed);
        }
    }

    @Test
    void replyThatWasReleasedInPiecesIsContinuedAndClosed() throws Exception {
        hosts.close();
        hosts =
                new TwoHosts(
                                java.nio.file.Files.createDirectory(directory.resolve("2")),
                                Map.of("reply.limit.bytes", "65536"),
                                appA,
                                appB,
                                new App("plain"))
                        .duplex();
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/endless"));
            byte[] begun = twin.toA.read(300_000);
            hosts.promoteB(List.of(twin.acked(100_000)));
            byte[] rest = twin.toB.readToEnd();
            int common = Math.min(rest.length, 200_000);
            assertTrue(rest.length >= 200_000, rest.length + " bytes");
            assertArrayEquals(
                    Arrays.copyOfRange(begun, 100_000, 100_000 + common),
                    Arrays.copyOf(rest, common));
            assertEquals(List.of(), appB.executed);
        }
    }

    @Test
    void connectionAcceptedAfterThePromotionUsesItsLog() throws Exception {
        try (RawClient toA = new RawClient(hosts.a.address)) {
            toA.send(GET.formatted("/small/1"));
            byte[] whole = toA.readQuiet(300);
            FlowKey key = new FlowKey(InetAddress.getByName("127.0.0.1"), toA.port());
            hosts.promoteB(List.of(new FlowSnapshot(key, 30)));
            try (RawClient toB = new RawClient(hosts.b.address, toA.port())) {
                toB.send(GET.formatted("/small/1"));
                assertArrayEquals(
                        Arrays.copyOfRange(whole, 30, whole.length), toB.read(whole.length - 30));
                toB.send(GET.formatted("/who"));
                assertTrue(RawClient.text(toB.readQuiet(300)).endsWith("by b"));
            }
            assertEquals(List.of("/who"), appB.executed);
        }
    }

    @Test
    void flowThatWasNeverLoggedIsServedFromItsFirstByte() throws Exception {
        try (RawClient toB = new RawClient(hosts.b.address)) {
            toB.send("GET /small/7 HTTP/1.1\r\nHo");
            Thread.sleep(200);
            hosts.promoteB(List.of());
            toB.send("st: x\r\n\r\n");
            assertTrue(RawClient.text(toB.readQuiet(300)).endsWith("hello /small/7"));
        }
    }

    @Test
    void clientThatKnowsTheEndHearsNothingMore() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send("GET /small/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            byte[] whole = twin.toA.readToEnd();
            hosts.promoteB(List.of(twin.acked(whole.length + 1)));
            assertEquals(0, twin.toB.readQuiet(500).length);
            assertEquals(List.of(), appB.executed);
        }
    }

    @Test
    void abortedReplyEndsTheConnectionWithoutASecondExecution() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/small/1") + GET.formatted("/fail"));
            byte[] first = twin.toA.readToEnd();
            hosts.promoteB(List.of(twin.acked(10)));
            assertArrayEquals(Arrays.copyOfRange(first, 10, first.length), twin.toB.readToEnd());
            assertEquals(List.of(), appB.executed);
        }
    }

    @Test
    void twoHundredFlowsAreCarriedOver() throws Exception {
        List<Twin> twins = new ArrayList<>();
        List<FlowSnapshot> flows = new ArrayList<>();
        byte[] whole = null;
        for (int i = 0; i < 200; i++) {
            Twin twin = new Twin();
            twins.add(twin);
            twin.send(GET.formatted("/small/1"));
            whole = whole == null ? twin.toA.readQuiet(200) : twin.toA.read(whole.length);
            flows.add(twin.acked(5));
        }
        ModuleMessage.RoleTaken taken = hosts.promoteB(flows);
        System.out.println("200 flows: first byte after " + taken.firstByteMicros() + " us");
        assertEquals(200, taken.flows());
        for (Twin twin : twins) {
            assertArrayEquals(
                    Arrays.copyOfRange(whole, 5, whole.length), twin.toB.read(whole.length - 5));
            twin.close();
        }
    }

    @Test
    void acknowledgedBytesAndEndedFlowsAreGivenBack() throws Exception {
        try (Twin twin = new Twin()) {
            twin.send(GET.formatted("/big/500000"));
            int length = twin.toA.readQuiet(300).length;
            assertTrue(hosts.b.coral.getHeldBytes() >= length);
            hosts.b.daemon.flows = List.of(twin.acked(length));
            Thread.sleep(800);
            assertEquals(0, hosts.b.coral.getHeldBytes());
            twin.toA.socket.shutdownOutput();
            twin.toB.socket.shutdownOutput();
            assertEquals(0, twin.toA.readToEnd().length);
            hosts.b.daemon.flows = List.of(twin.acked(length + 1));
            Thread.sleep(800);
            assertEquals(0, hosts.b.coral.getStandbyFlows());
        }
    }
}
