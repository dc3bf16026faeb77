package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A router that marks packets as congested, in both directions, around a failover. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class CongestionMarksTest {
    @Parameter Family family;

    private static final int BODY_BYTES = 600_000;
    private static final int LIMIT_SECONDS = 20;
    private static final int ECE = 64;
    private static final int CWR = 128;
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private void mark() {
        String ip = family == Family.IPV4 ? "ip" : "ip6";
        hosts.router.sh(
                "nft add table inet marks && nft add chain inet marks forward"
                        + " '{ type filter hook forward priority 0; }'");
        hosts.router.sh(
                String.format(
                        "nft 'add rule inet marks forward %s ecn != not-ect %s ecn set ce'",
                        ip, ip));
    }

    /** Both sides tell of the marks, and heed what they are told: before and at the survivor. */
    @Test
    void marksAreToldAndHeededOnBothSidesOfAFailover() throws Exception {
        for (Namespace each :
                new Namespace[] {hosts.client, hosts.a.namespace, hosts.b.namespace}) {
            each.sh("sysctl -qw net.ipv4.tcp_ecn=1");
        }
        Trio flow = Trio.connect(hosts, Trio.doors(hosts));
        mark();
        byte[] up = Connections.body(BODY_BYTES, 7);
        byte[] down = Connections.body(BODY_BYTES, 8);
        CompletableFuture<byte[]> received = Connections.receiveLater(flow.client(), BODY_BYTES);
        CompletableFuture<byte[]> taken = Connections.receiveLater(flow.atB(), BODY_BYTES);
        CompletableFuture<byte[]> half = Connections.receiveLater(flow.atA(), BODY_BYTES / 2);
        try (Marks marks = new Marks(hosts.client)) {
            Connections.send(flow.client(), up, 0, BODY_BYTES / 2);
            Connections.send(flow.atA(), down, 0, BODY_BYTES / 2);
            half.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            marks.assertSeen();
        }
        hosts.failOver();
        int acked = hosts.b.ackedBytes(flow.port());
        try (Marks marks = new Marks(hosts.client)) {
            Connections.send(flow.client(), up, BODY_BYTES / 2, BODY_BYTES / 2);
            Connections.send(flow.atB(), down, acked, BODY_BYTES - acked);
            assertArrayEquals(down, received.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertArrayEquals(up, taken.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            marks.assertSeen();
        }
        assertEquals(1, hosts.b.plane.counters().get("flow_promoted"));
    }

    /** What each side says about marks. */
    private record Marks(Capture told, Capture heeded, Capture toldBack, Capture heededBack)
            implements AutoCloseable {
        Marks(Namespace client) throws Exception {
            this(
                    new Capture(client, "src port 8080 and " + Capture.withFlags(ECE)),
                    new Capture(client, "src port 8080 and " + Capture.withFlags(CWR)),
                    new Capture(client, "dst port 8080 and " + Capture.withFlags(ECE)),
                    new Capture(client, "dst port 8080 and " + Capture.withFlags(CWR)));
        }

        void assertSeen() throws Exception {
            assertFalse(told.lines().isEmpty(), "the service tells of marks");
            assertFalse(heeded.lines().isEmpty(), "the service heeds the client's word");
            assertFalse(toldBack.lines().isEmpty(), "the client tells of marks");
            assertFalse(heededBack.lines().isEmpty(), "the client heeds the service's word");
        }

        @Override
        public void close() throws Exception {
            told.close();
            heeded.close();
            toldBack.close();
            heededBack.close();
        }
    }
}
