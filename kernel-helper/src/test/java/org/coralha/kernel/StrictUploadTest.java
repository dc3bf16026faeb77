package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.coralha.pair.Acknowledgement;
import org.coralha.wire.WireRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No byte that a client believes delivered is missing at the backup. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class StrictUploadTest {
    @Parameter Family family;

    private static final int BODY_BYTES = 48_000_000;
    private static final int PIECE_BYTES = 50_000;
    private static final int STOPS = 3;

    /** Receive buffers no larger than this, or a stopped process would hold nothing up. */
    private static final int BUFFER_BYTES = 2_000_000;

    /** Longer than a stack of today waits before it acknowledges a single segment. */
    private static final long DELAYED_ACK_MS = 40;

    private static final int REQUESTS = 200;

    private TwoHosts hosts;
    private boolean primaryDone;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private void acknowledge(Acknowledgement acknowledgement) {
        hosts.a.plane.acknowledgement(acknowledgement);
        hosts.b.plane.acknowledgement(acknowledgement);
    }

    /** Sends at most 50 MB/s, so that there is time to interfere; says how far it is. */
    private static AtomicInteger upload(Socket client, byte[] body) {
        AtomicInteger sent = new AtomicInteger();
        Thread writer =
                new Thread(
                        () -> {
                            try {
                                while (sent.get() < body.length) {
                                    client.getOutputStream().write(body, sent.get(), PIECE_BYTES);
                                    sent.addAndGet(PIECE_BYTES);
                                    Thread.sleep(1);
                                }
                            } catch (IOException | InterruptedException e) {
                                // the end of the test
                            }
                        });
        writer.setDaemon(true);
        writer.start();
        return sent;
    }

    private static void await(AtomicInteger sent, int bytes) throws InterruptedException {
        for (int i = 0; sent.get() < bytes; i++) {
            assertTrue(i < 30_000, "the upload stands still at " + sent.get());
            Thread.sleep(1);
        }
    }

    /** The backup's process stands still several times; the last time the primary is cut off. */
    private String uploadAcrossAFailover(byte[] body, long limitS) throws Exception {
        try (SinkProcess atA = new SinkProcess(hosts.a.namespace, body.length);
                SinkProcess atB = new SinkProcess(hosts.b.namespace, body.length);
                Socket client = start()) {
            AtomicInteger sent = upload(client, body);
            for (int stop = 1; stop <= STOPS; stop++) {
                await(sent, stop * body.length / (STOPS + 2));
                atB.stop();
                Thread.sleep(500);
                if (stop < STOPS) {
                    atB.resume();
                }
            }
            hosts.failOver();
            atB.resume();
            primaryDone = atA.digest.isDone();
            return atB.digest.get(limitS, TimeUnit.SECONDS);
        }
    }

    private Socket start() {
        for (TwoHosts.Host host : new TwoHosts.Host[] {hosts.a, hosts.b}) {
            host.namespace.sh("sysctl -qw net.ipv4.tcp_rmem='4096 131072 " + BUFFER_BYTES + "'");
        }
        hosts.duplex();
        return Connections.connect(hosts.client, 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "EAGER", "LAZY"})
    void uploadCompletesAtTheBackupWhoseProcessStoodStill(Acknowledgement acknowledgement)
            throws Exception {
        acknowledge(acknowledgement);
        byte[] body = Connections.body(BODY_BYTES, 5);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
        assertEquals(HexFormat.of().formatHex(hash), uploadAcrossAFailover(body, 60));
        assertFalse(primaryDone, "the backup held the upload up");
        Map<String, Long> primary = hosts.a.plane.counters();
        assertEquals(1, primary.get("guard_begun"));
        assertTrue(primary.get("ack_paid") > 0);
        assertTrue(primary.get("window_capped") > 0);
        assertEquals(0, primary.get("report_implausible"));
        assertEquals(0, primary.get("guard_released"));
    }

    /** The proof that the test above tests something. */
    @Test
    void withoutStrictAcknowledgementTheUploadHangs() throws Exception {
        hosts.wire.breaks(
                WireRule.ACKNOWLEDGES_WHAT_WAS_SENT, "the survivor has less: it goes back");
        acknowledge(Acknowledgement.OFF);
        byte[] body = Connections.body(BODY_BYTES, 5);
        assertThrows(TimeoutException.class, () -> uploadAcrossAFailover(body, 10));
        assertTrue(primaryDone, "the client believes all of it delivered");
    }

    /** The client's timers would make it go on as well, but later: see what is paid. */
    @Test
    void uploadThatTheBackupHeldUpGoesOnAtThePrimaryAlone() throws Exception {
        byte[] body = Connections.body(BODY_BYTES, 5);
        String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        try (SinkProcess atA = new SinkProcess(hosts.a.namespace, body.length);
                SinkProcess atB = new SinkProcess(hosts.b.namespace, body.length);
                Socket client = start()) {
            AtomicInteger sent = upload(client, body);
            await(sent, body.length / 4);
            atB.stop();
            awaitStandstill(sent);
            hosts.b.plane.mode(DataPlane.Mode.FORWARD_ONLY);
            hosts.a.plane.mode(DataPlane.Mode.SIMPLEX);
            assertEquals(1, hosts.a.plane.payOwed());
            assertEquals(0, hosts.a.plane.payOwed(), "nothing twice");
            hosts.a.announce();
            assertEquals(hash, atA.digest.get(60, TimeUnit.SECONDS));
        }
    }

    /** A busy machine lets a writer wait as well, but not so often in a row. */
    private static void awaitStandstill(AtomicInteger sent) throws InterruptedException {
        int before = sent.get();
        for (int still = 0; still < 5; ) {
            Thread.sleep(200);
            still = sent.get() == before ? still + 1 : 0;
            before = sent.get();
        }
    }

    @Test
    void fullSpeedReachesTheBackupWhole() throws Exception {
        long strictMs = fullSpeedMs(true);
        remove();
        build();
        acknowledge(Acknowledgement.OFF);
        long plainMs = fullSpeedMs(false);
        System.out.println("upload of 100 MB: strict " + strictMs + " ms, all " + plainMs + " ms");
    }

    /** Without strict acknowledgement the backup may miss bytes even here. */
    private long fullSpeedMs(boolean atBoth) throws Exception {
        byte[] body = Connections.body(100_000_000, 3);
        try (SinkProcess atA = new SinkProcess(hosts.a.namespace, body.length);
                SinkProcess atB = new SinkProcess(hosts.b.namespace, body.length);
                Socket client = start()) {
            long startNs = System.nanoTime();
            client.getOutputStream().write(body);
            String digest = atA.digest.get(60, TimeUnit.SECONDS);
            long ms = (System.nanoTime() - startNs) / 1_000_000;
            if (atBoth) {
                assertEquals(digest, atB.digest.get(60, TimeUnit.SECONDS));
            }
            return ms;
        }
    }

    /**
     * A client with Nagle's algorithm holds its next request until the last one is acknowledged.
     */
    @ParameterizedTest
    @EnumSource(names = {"CONDITIONAL", "EAGER", "LAZY", "OFF"})
    void smallRequestsDoNotWaitForDelayedAcknowledgements(Acknowledgement acknowledgement)
            throws Exception {
        acknowledge(acknowledgement);
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        Socket client = start();
        client.setTcpNoDelay(false);
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        CompletableFuture<byte[]> replica = Connections.receiveLater(atB, 4 * REQUESTS);
        long[] us = new long[REQUESTS];
        for (int i = 0; i < us.length; i++) {
            long startNs = System.nanoTime();
            Connections.send(client, "ask\n");
            assertEquals("ask\n", Connections.receive(atA, 4));
            Connections.send(atA, "reply");
            assertEquals("reply", Connections.receive(client, 5));
            us[i] = (System.nanoTime() - startNs) / 1000;
        }
        Arrays.sort(us);
        long medianUs = us[REQUESTS / 2];
        System.out.println(
                acknowledgement
                        + ": small request median "
                        + medianUs
                        + " us, 95 % "
                        + us[REQUESTS * 95 / 100]
                        + " us, worst "
                        + us[REQUESTS - 1]
                        + " us");
        assertEquals(4 * REQUESTS, replica.get(5, TimeUnit.SECONDS).length);
        assertTrue(medianUs < DELAYED_ACK_MS * 1000 / 2, "median " + medianUs + " us");
    }
}
