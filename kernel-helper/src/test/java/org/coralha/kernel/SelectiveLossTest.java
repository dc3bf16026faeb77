package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a router loses of a reply, and of its acknowledgements, around a failover: the client has
 * holes, or has more than the survivor knows of. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class SelectiveLossTest {
    @Parameter Family family;

    private static final int BODY_BYTES = 200_000;
    private static final int FIRST_BYTES = 10_000;
    private static final int LIMIT_SECONDS = 20;

    /** Four blocks and a beginning take five full packets that arrive and four that do not. */
    private static final int FIVE_PACKETS = 7_500;

    private static final int TEN_PACKETS = 15_000;
    private static final String FULL_ONES =
            "rule inet loss forward tcp sport 8080 meta length > 500 ";
    private TwoHosts hosts;
    private Trio flow;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private int acked() {
        return hosts.b.ackedBytes(flow.port());
    }

    /** Of the next ten full packets of the service the second, fourth and so on, then all. */
    private void loseOfThePrimary() {
        lose(1);
        hosts.router.sh(
                String.format("nft add '%s quota over %d bytes drop'", FULL_ONES, FIVE_PACKETS));
    }

    /**
     * @param which 0 for the first, third and so on of the next ten, 1 for the others
     */
    private void lose(int which) {
        hosts.router.sh(
                "nft add table inet loss && nft add chain inet loss forward"
                        + " '{ type filter hook forward priority 0; }'");
        hosts.router.sh(
                String.format(
                        "nft add '%s quota %d bytes numgen inc mod 2 == %d drop'",
                        FULL_ONES, TEN_PACKETS, which));
    }

    private void loseNothing() {
        hosts.router.sh("nft delete table inet loss");
    }

    /** The options leave room for three blocks beside timestamps, and for four without. */
    @ParameterizedTest
    @CsvSource({"1, 3", "0, 4"})
    void blocksOfAClientWithHolesReachTheSurvivorInItsNumbers(int stamps, int blocks)
            throws Exception {
        hosts.client.sh("sysctl -qw net.ipv4.tcp_timestamps=" + stamps);
        for (Namespace each :
                new Namespace[] {hosts.client, hosts.a.namespace, hosts.b.namespace}) {
            each.sh("ethtool -K eth0 tso off gso off gro off");
        }
        flow = Trio.connect(hosts, Trio.doors(hosts));
        flow.speak("words");
        byte[] body = Connections.body(BODY_BYTES, 4);
        int before = "words".length();
        CompletableFuture<byte[]> received = Connections.receiveLater(flow.client(), BODY_BYTES);
        try (Capture said = new Capture(hosts.client, "dst port 8080")) {
            loseOfThePrimary();
            Connections.send(flow.atA(), body, 0, BODY_BYTES);
            assertBlocks(blocks, said, 0);
            int saidByThen = said.lines().size();
            hosts.failOver();
            loseNothing();
            lose(0); // what filled a hole: the survivor begins behind the first packet
            int acked = acked() - before;
            assertTrue(acked >= 0 && acked < FIVE_PACKETS, "acked " + acked);
            Connections.send(flow.atB(), body, acked, BODY_BYTES - acked);
            assertArrayEquals(body, received.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            assertBlocks(blocks, said, saidByThen);
        }
        assertTrue(
                TwoHosts.stackCounter(hosts.b.namespace, "TcpExtTCPSackRecovery") > 0,
                "the survivor's stack uses them");
        assertEquals(0, TwoHosts.stackCounter(hosts.b.namespace, "TcpExtTCPSACKReneging"));
    }

    private static void assertBlocks(int blocks, Capture said, int after) throws Exception {
        String wanted = "sack " + blocks;
        List<String> lines = said.lines();
        for (int i = 0; i < 20 && !contains(lines, wanted, after); i++) {
            lines = said.lines();
        }
        assertTrue(contains(lines, wanted, after), () -> "no " + wanted + " after " + after);
    }

    private static boolean contains(List<String> lines, String wanted, int after) {
        return lines.stream().skip(after).anyMatch(line -> line.contains(wanted));
    }

    /** It has read a reply whose acknowledgements were lost; the survivor has sent none of it. */
    @Test
    void clientThatHasMoreThanItToldGoesOn() throws Exception {
        flow = Trio.connect(hosts, Trio.doors(hosts));
        flow.speak("words");
        int before = "words".length();
        for (int i = 0; i < 500 && acked() < before; i++) {
            Thread.sleep(10);
        }
        assertEquals(before, acked());
        byte[] body = Connections.body(3 * FIRST_BYTES, 5);
        hosts.loseToService();
        Connections.send(flow.atA(), body, 0, FIRST_BYTES);
        byte[] first = flow.client().getInputStream().readNBytes(FIRST_BYTES);
        assertArrayEquals(Arrays.copyOf(body, FIRST_BYTES), first);
        hosts.failOver();
        hosts.findService();
        assertEquals(before, acked(), "the failover knows nothing of it");
        Connections.send(flow.client(), "ahead");
        assertEquals("ahead", Connections.receive(flow.atB(), "ahead".length()));
        assertTrue(hosts.b.plane.counters().get("ack_clamped") > 0, "acknowledged what was unsent");
        // In two steps: after the first one the survivor has still sent less than was acknowledged.
        Connections.send(flow.atB(), body, 0, FIRST_BYTES / 2);
        Connections.send(flow.client(), "still");
        assertEquals("still", Connections.receive(flow.atB(), "still".length()));
        Connections.send(flow.atB(), body, FIRST_BYTES / 2, body.length - FIRST_BYTES / 2);
        byte[] rest = flow.client().getInputStream().readNBytes(2 * FIRST_BYTES);
        assertArrayEquals(Arrays.copyOfRange(body, FIRST_BYTES, body.length), rest);
    }
}
