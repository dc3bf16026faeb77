package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A flood of requests for connections from 100,000 addresses beside 1,000 protected flows, which go
 * on, and so they do across a failover in the middle of it. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class FloodTest {
    @Parameter Family family;

    private static final int FLOWS = 1_000;
    private static final int NEW_FLOWS = 20;
    private static final int LIMIT_SECONDS = 40;
    private TwoHosts hosts;
    private final List<Trio> all = new ArrayList<>();
    private Trio.Doors doors;
    private int bodyBytes;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() throws IOException {
        try (TwoHosts network = hosts;
                Trio.Doors both = doors) {
            for (Trio one : all) {
                one.close();
            }
        }
    }

    /**
     * New connections are opened in the flood as well: by cookies of both hosts, which differ; or
     * by those of one, while the other answers in the ordinary way; with timestamps, which carry
     * the options of a connection by cookie, and without them. Words only, and no bodies, where the
     * survivor takes the client's window for a hundred times what it is: a limit that
     * docs/tcp-edges.md names.
     */
    @ParameterizedTest
    @CsvSource({"1, 1, 1, 1000000", "2, 1, 0, 0", "1, 2, 0, 1000000"})
    void protectedFlowsGoOn(int cookiesAtA, int cookiesAtB, int clientsTimestamps, int bytes)
            throws Exception {
        bodyBytes = bytes;
        hosts.a.namespace.sh("sysctl -qw net.ipv4.tcp_syncookies=" + cookiesAtA);
        hosts.b.namespace.sh("sysctl -qw net.ipv4.tcp_syncookies=" + cookiesAtB);
        hosts.client.sh("sysctl -qw net.ipv4.tcp_timestamps=" + clientsTimestamps);
        doors = Trio.doors(hosts);
        for (int i = 0; i < FLOWS; i++) {
            all.add(Trio.connect(hosts, doors));
        }
        try (SynFlood flood = new SynFlood(hosts)) {
            for (int round = 0; round < 2 || !flood.hasAskedOnce(); round++) {
                for (Trio one : all) {
                    one.speak("word " + round);
                }
                if (all.size() < FLOWS + NEW_FLOWS) {
                    all.add(Trio.connect(hosts, doors));
                }
            }
            assertNobodyIsLost();
            assertTrue(cookiesTaken(hosts.a) > 0 && cookiesTaken(hosts.b) > 0, "no cookies");
            failOver();
            assertEquals(all.size(), hosts.b.plane.flows().size());
            assertEquals(all.size(), hosts.b.plane.counters().get("flow_promoted"));
        }
    }

    private static long cookiesTaken(TwoHosts.Host host) {
        return TwoHosts.stackCounter(host.namespace, "TcpExtSyncookiesRecv");
    }

    private void assertNobodyIsLost() {
        assertEquals(all.size(), hosts.b.plane.flows().size());
        Map<String, Long> counters = hosts.b.plane.counters();
        assertTrue(counters.get("embryo_begun") >= SynFlood.SOURCES, counters.toString());
        assertEquals(all.size(), counters.get("flow_replicated"));
        assertEquals(0, counters.get("flow_table_full"));
        assertEquals(all.size(), hosts.a.plane.counters().get("guard_begun"));
    }

    /** With a body under way in each direction on one of the oldest flows and on a new one. */
    private void failOver() throws Exception {
        int last = all.size() - 1;
        for (Trio one : all) {
            one.acknowledge();
        }
        List<Transfer> transfers = new ArrayList<>();
        if (bodyBytes > 0) {
            transfers.add(new Transfer(all.get(0)));
            transfers.add(new Transfer(all.get(last)));
        }
        for (Transfer each : transfers) {
            each.awaitAcked(bodyBytes / 10);
        }
        hosts.failOver();
        for (Transfer each : transfers) {
            each.goOn();
        }
        for (Trio one : bodyBytes > 0 ? all.subList(1, last) : all) {
            one.speakWithB("after it");
        }
        for (Transfer each : transfers) {
            each.assertWhole();
        }
    }

    /**
     * Bodies in both directions; the primary never sends all of its own, however late the fault.
     */
    private final class Transfer {
        private final byte[] up = Connections.body(bodyBytes, 1);
        private final byte[] down = Connections.body(bodyBytes, 2);
        private final Trio flow;
        private final int earlier;
        private final CompletableFuture<byte[]> received;
        private final CompletableFuture<byte[]> taken;

        Transfer(Trio flow) {
            this.flow = flow;
            earlier = acked();
            received = Connections.receiveLater(flow.client(), bodyBytes);
            taken = Connections.receiveLater(flow.atB(), bodyBytes);
            Connections.receiveLater(flow.atA(), bodyBytes);
            int piece = bodyBytes / 50;
            Connections.sendSlowly(flow.client(), up, piece);
            Connections.sendSlowly(flow.atA(), Arrays.copyOf(down, bodyBytes * 6 / 10), piece);
        }

        private int acked() {
            return hosts.b.ackedBytes(flow.port());
        }

        void awaitAcked(int bytes) throws InterruptedException {
            for (int i = 0; i < 10_000 && acked() - earlier < bytes; i++) {
                Thread.sleep(1);
            }
        }

        void goOn() throws Exception {
            int acked = acked() - earlier;
            assertTrue(acked > 0, "nothing was under way");
            flow.atB().getOutputStream().write(down, acked, bodyBytes - acked);
        }

        void assertWhole() throws Exception {
            assertArrayEquals(down, received.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertArrayEquals(up, taken.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
    }
}
