package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real stacks tuned to the edges of TCP: a request body and a reply cross a failover in every one
 * of them, and a failover meets a connection in every state of its end. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class EdgeFailoverTest {
    @Parameter Family family;

    private static final int BODY_BYTES = 6_000_000;

    /** Small enough that the fault finds both bodies under way. */
    private static final int PIECE_BYTES = 20_000;

    private static final int LIMIT_SECONDS = 30;
    private static final int PROBES = 2;

    /** Longer than the first probes of a shut window are apart. */
    private static final int SHUT_MS = 1_500;

    private static final String SYSCTL = "sysctl -qw net.ipv4.";
    private static final String RESETS = Capture.ofService(Segment.RST);
    private static final String MORE_THAN_ACK =
            Capture.withFlags(Segment.FIN | Segment.SYN | Segment.RST | Segment.PSH);
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    /** What is done to the client's stack, and to both hosts'. */
    enum Tuning {
        NO_OPTIONS(
                SYSCTL + "tcp_timestamps=0 net.ipv4.tcp_sack=0 net.ipv4.tcp_window_scaling=0", ""),
        NO_SACK(SYSCTL + "tcp_sack=0", ""),
        NO_SCALING(SYSCTL + "tcp_window_scaling=0", ""),
        SCALE_0("", SYSCTL + "tcp_rmem='4096 32768 32768'"),
        SCALE_14("", SYSCTL + "tcp_rmem='4096 131072 1073741824'"),
        ECN(SYSCTL + "tcp_ecn=1", SYSCTL + "tcp_ecn=1"),
        NO_OFFLOADS(
                "ethtool -K eth0 tx off sg off tso off gso off gro off",
                "ethtool -K eth0 tx off sg off tso off gso off gro off"),
        SMALL_MTU("ip link set eth0 mtu 1280", "ip link set eth0 mtu 1280"),
        JUMBO_MTU("ip link set eth0 mtu 9000", "ip link set eth0 mtu 9000");

        private final String atClient;
        private final String atHosts;

        Tuning(String atClient, String atHosts) {
            this.atClient = atClient;
            this.atHosts = atHosts;
        }

        /** What the service's SYN-ACK says, in the words of tcpdump. */
        void assertNegotiated(String opening, Family family) {
            int headers = family == Family.IPV4 ? 40 : 60;
            switch (this) {
                case NO_OPTIONS -> {
                    assertFalse(opening.contains("sackOK"), opening);
                    assertFalse(opening.contains("TS val"), opening);
                    assertFalse(opening.contains("wscale"), opening);
                }
                case NO_SACK -> assertFalse(opening.contains("sackOK"), opening);
                case NO_SCALING -> assertFalse(opening.contains("wscale"), opening);
                case SMALL_MTU -> assertTrue(opening.contains("mss " + (1280 - headers)), opening);
                case JUMBO_MTU -> assertTrue(opening.contains("mss " + (9000 - headers)), opening);
                default -> assertTrue(opening.contains("mss " + (1500 - headers)), opening);
            }
        }

        void apply(TwoHosts hosts) {
            if (this == JUMBO_MTU) {
                hosts.router.sh(
                        "for d in to-client to-a to-b br0; do ip link set $d mtu 9000; done");
            }
            hosts.client.sh(atClient.isEmpty() ? "true" : atClient);
            hosts.a.namespace.sh(atHosts.isEmpty() ? "true" : atHosts);
            hosts.b.namespace.sh(atHosts.isEmpty() ? "true" : atHosts);
        }
    }

    /** A connection that both hosts have accepted. */
    private record Standing(Socket client, Socket atA, Socket atB) {}

    private Standing stand() throws IOException {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "HELO");
        Standing standing =
                new Standing(client, Connections.accept(serverA), Connections.accept(serverB));
        assertEquals("HELO", Connections.receive(standing.atA, 4));
        assertEquals("HELO", Connections.receive(standing.atB, 4));
        return standing;
    }

    @ParameterizedTest
    @EnumSource
    void bothDirectionsGoOn(Tuning tuning) throws Exception {
        tuning.apply(hosts);
        try (Capture openings = new Capture(hosts.client, Capture.ofService(Segment.SYN))) {
            crossAFailover();
            tuning.assertNegotiated(String.join(" ", openings.lines()), family);
        }
    }

    /**
     * The client's network takes smaller packets than the servers': the router says so to the
     * advertised address, which the backup owns, and the primary has to hear of it.
     */
    @Test
    void routersWordOfASmallerMtuReachesWhoSends() throws Exception {
        hosts.router.sh("ip link set to-client mtu 1280");
        crossAFailover();
        assertTrue(hosts.b.plane.counters().get("icmp_forwarded") > 0, "for the primary");
        String route = "ip route get " + family.at(1, 10);
        assertTrue(hosts.a.namespace.sh(route).contains("mtu 1280"), "at a");
        assertTrue(hosts.b.namespace.sh(route).contains("mtu 1280"), "at b");
    }

    private void crossAFailover() throws Exception {
        Standing all = stand();
        byte[] up = Connections.body(BODY_BYTES, 1);
        byte[] down = Connections.body(BODY_BYTES, 2);
        CompletableFuture<byte[]> received = Connections.receiveLater(all.client, BODY_BYTES);
        Connections.receiveLater(all.atA, BODY_BYTES);
        CompletableFuture<byte[]> taken = Connections.receiveLater(all.atB, BODY_BYTES);
        Connections.sendSlowly(all.client, up, PIECE_BYTES);
        Connections.sendSlowly(all.atA, down, PIECE_BYTES);
        int acked = awaitAcked(BODY_BYTES / 10);
        hosts.failOver();
        acked = Math.max(acked, acked());
        assertTrue(acked < BODY_BYTES, "the fault came too late: " + acked);
        all.atB.getOutputStream().write(down, acked, BODY_BYTES - acked);
        assertArrayEquals(down, received.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertArrayEquals(up, taken.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertEquals(1, hosts.b.plane.counters().get("flow_promoted"));
    }

    private int acked() {
        return (int) hosts.b.plane.flows().get(0).clientAckedBytes();
    }

    private int awaitAcked(int bytes) throws InterruptedException {
        for (int i = 0; i < 10_000 && acked() < bytes; i++) {
            Thread.sleep(1);
        }
        return acked();
    }

    /** The client has said all that it has to say; its reply comes from the survivor. */
    @Test
    void failoverWhileTheClientHasClosedItsSide() throws Exception {
        Standing all = stand();
        all.client.shutdownOutput();
        assertEquals(-1, all.atA.getInputStream().read());
        assertEquals(-1, all.atB.getInputStream().read());
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.failOver();
            Connections.send(all.atB, "REPLY");
            all.atB.close();
            assertEquals("REPLY", Connections.receive(all.client, 5));
            assertEquals(-1, all.client.getInputStream().read());
            assertEquals(List.of(), resets.lines());
        }
    }

    /**
     * The primary has sent reply and FIN and the client has acknowledged both: nothing is left to
     * say.
     */
    @Test
    void failoverAfterThePrimarysFin() throws Exception {
        Standing all = stand();
        hosts.wire.serviceEnds(all.client.getLocalPort());
        Connections.send(all.atA, "REPLY");
        all.atA.close();
        assertEquals("REPLY", Connections.receive(all.client, 5));
        assertEquals(-1, all.client.getInputStream().read());
        awaitAcked(5 + 1);
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.failOver();
            all.atB.close();
            all.client.close();
            awaitNoSocketAtTheClient();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** The primary's FIN was lost with it: the survivor says its own. */
    @Test
    void failoverBeforeThePrimarysFinGotOut() throws Exception {
        Standing all = stand();
        hosts.wire.serviceEnds(all.client.getLocalPort());
        Connections.send(all.atA, "REPLY");
        assertEquals("REPLY", Connections.receive(all.client, 5));
        awaitAcked(5);
        hosts.a.pullCable();
        all.atA.close();
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.b.plane.mode(DataPlane.Mode.SIMPLEX);
            all.atB.close();
            assertEquals(-1, all.client.getInputStream().read());
            all.client.close();
            awaitNoSocketAtTheClient();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** Both sides closed at once, and the host went before the client's FIN was acknowledged. */
    @Test
    void failoverWhileBothSidesClose() throws Exception {
        Standing all = stand();
        hosts.a.pullCable();
        all.atA.close();
        all.client.close();
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.b.plane.mode(DataPlane.Mode.SIMPLEX);
            all.atB.close();
            awaitNoSocketAtTheClient();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** Until the client's stack has brought its connection to an end, TIME_WAIT included. */
    private void awaitNoSocketAtTheClient() throws InterruptedException {
        String ask = "ss -Htan exclude time-wait exclude closed dport = :8080";
        String left = hosts.client.sh(ask);
        for (int i = 0; i < 1_000 && !left.isBlank(); i++) {
            Thread.sleep(10);
            left = hosts.client.sh(ask);
        }
        assertEquals("", left.strip(), "still in " + Arrays.toString(left.split(" ")));
    }

    /** The client asks whether anybody is there, before, during and after the failover. */
    @Test
    void keepAliveProbesAreAnsweredByWhoeverServes() throws Exception {
        hosts.client.sh(
                SYSCTL
                        + "tcp_keepalive_time=1 net.ipv4.tcp_keepalive_intvl=1"
                        + " net.ipv4.tcp_keepalive_probes=2");
        Standing all = stand();
        all.client.setKeepAlive(true);
        // A probe carries the number before the next one, and nothing else.
        try (Capture said = new Capture(hosts.client, "dst port 8080 and not " + MORE_THAN_ACK)) {
            awaitLines(said, PROBES);
            hosts.failOver();
            awaitLines(said, 3 * PROBES);
            Connections.send(all.client, "1234");
            assertEquals("1234", Connections.receive(all.atB, 4));
        }
    }

    private static void awaitLines(Capture capture, int packets) throws Exception {
        for (int i = 0; i < 3_000 && capture.lines().size() < 2 * packets; i++) {
            Thread.sleep(10);
        }
        assertTrue(capture.lines().size() >= 2 * packets, "packets: " + capture.lines());
    }

    /** The client does not read: the primary stands before a shut window, and so does its heir. */
    @Test
    void windowThatIsShutAcrossTheFailover() throws Exception {
        Standing all = stand();
        byte[] body = Connections.body(BODY_BYTES, 3);
        Connections.sendSlowly(all.atA, body, PIECE_BYTES);
        awaitStandstill();
        int acked = acked();
        assertTrue(acked > 0 && acked < BODY_BYTES, "acked " + acked);
        hosts.failOver();
        CompletableFuture<Void> rest =
                Connections.later(
                        () -> {
                            try {
                                all.atB.getOutputStream().write(body, acked, BODY_BYTES - acked);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                            return null;
                        });
        Thread.sleep(SHUT_MS);
        assertEquals(acked, acked(), "nothing was read");
        byte[] received = all.client.getInputStream().readNBytes(BODY_BYTES);
        assertArrayEquals(body, received);
        rest.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitStandstill() throws InterruptedException {
        int before = -1;
        for (int i = 0; i < 100 && acked() != before; i++) {
            before = acked();
            Thread.sleep(300);
        }
    }

    /** Urgent data in line, half of it before the failover. */
    @Test
    void urgentDataStaysWhereItWas() throws Exception {
        Standing all = stand();
        all.atA.setOOBInline(true);
        all.atB.setOOBInline(true);
        Connections.send(all.client, "ab");
        all.client.sendUrgentData('!');
        Connections.send(all.client, "cd");
        assertEquals("ab!cd", Connections.receive(all.atA, 5));
        assertEquals("ab!cd", Connections.receive(all.atB, 5));
        hosts.failOver();
        Connections.send(all.client, "ef");
        all.client.sendUrgentData('?');
        Connections.send(all.client, "gh");
        assertEquals("ef?gh", Connections.receive(all.atB, 5));
    }

    /** The port is used again within milliseconds, before and after a failover. */
    @Test
    void portThatIsUsedAgainAtOnce() throws Exception {
        Trio.Doors doors = Trio.doors(hosts);
        Trio old = Trio.connect(hosts, doors);
        old.speak("old");
        reset(old.client());
        hosts.failOver();
        for (int i = 0; i < 5; i++) {
            Socket again = Connections.connect(hosts.client, old.port());
            new Trio(again, null, Connections.accept(doors.atB())).speakWithB("anew " + i);
            reset(again);
        }
        assertEquals(
                0, hosts.b.plane.counters().get("flow_promoted"), "none of them is the old one");
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
