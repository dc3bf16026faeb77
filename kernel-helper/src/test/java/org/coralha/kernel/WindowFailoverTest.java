package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Windows of every scale, and one that is shut, across a failover. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class WindowFailoverTest {
    @Parameter Family family;

    private static final int LARGEST_SCALE = 14;
    private static final int BODY_BYTES = 400_000;
    private static final int SHUT_BYTES = 8_000_000;
    private static final int LIMIT_SECONDS = 20;
    private static final int PROBES = 3;
    private static final Pattern SCALE = Pattern.compile("wscale (\\d+)");
    private static final Pattern LENGTH = Pattern.compile("length (\\d+)$");
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    /** New connections of a stack scale their windows so: memory for it, and a bound to it. */
    private static void scale(Namespace where, String router, int scale) {
        long window = 1L << 15 + scale;
        String memory = "sysctl -qw net.ipv4.tcp_rmem='4096 32768 %d'";
        where.sh(String.format(memory, Math.max(window, 65_536)));
        where.sh(String.format("ip route change default via %s window %d", router, window));
    }

    /** A connection with half of its bodies behind it. */
    private record Scaled(Trio flow, byte[] up, byte[] down, List<CompletableFuture<byte[]>> rest) {
        static Scaled begin(Trio flow, long seed) throws Exception {
            byte[] up = Connections.body(BODY_BYTES, seed);
            byte[] down = Connections.body(BODY_BYTES, -seed);
            CompletableFuture<byte[]> received =
                    Connections.receiveLater(flow.client(), BODY_BYTES);
            CompletableFuture<byte[]> taken = Connections.receiveLater(flow.atB(), BODY_BYTES);
            CompletableFuture<byte[]> half = Connections.receiveLater(flow.atA(), BODY_BYTES / 2);
            Connections.send(flow.client(), up, 0, BODY_BYTES / 2);
            Connections.send(flow.atA(), down, 0, BODY_BYTES / 2);
            half.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return new Scaled(flow, up, down, List.of(received, taken));
        }

        void goOn(int acked) {
            Connections.send(flow.client(), up, BODY_BYTES / 2, BODY_BYTES / 2);
            Connections.send(flow.atB(), down, acked, BODY_BYTES - acked);
        }

        void assertWhole(int scale) throws Exception {
            String which = "scale " + scale;
            assertArrayEquals(down, rest.get(0).get(LIMIT_SECONDS, TimeUnit.SECONDS), which);
            assertArrayEquals(up, rest.get(1).get(LIMIT_SECONDS, TimeUnit.SECONDS), which);
        }
    }

    /** 0 to 14 at the client, 14 to 0 at the hosts, one connection for each. */
    @Test
    void everyScale() throws Exception {
        Trio.Doors doors = Trio.doors(hosts);
        List<Scaled> all = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        try (Capture syns =
                new Capture(hosts.client, "port 8080 and " + Capture.withFlags(Segment.SYN))) {
            for (int scale = 0; scale <= LARGEST_SCALE; scale++) {
                int atHosts = LARGEST_SCALE - scale;
                scale(hosts.client, family.at(1, 1), scale);
                scale(hosts.a.namespace, family.at(2, 1), atHosts);
                scale(hosts.b.namespace, family.at(2, 1), atHosts);
                all.add(Scaled.begin(Trio.connect(hosts, doors), scale + 1));
                expected.addAll(List.of(scale, atHosts));
            }
            assertEquals(expected, scales(syns.lines()), "of SYN and SYN-ACK, one by one");
            hosts.failOver();
            for (Scaled each : all) {
                each.goOn(hosts.b.ackedBytes(each.flow.port()));
            }
            for (int scale = 0; scale <= LARGEST_SCALE; scale++) {
                all.get(scale).assertWhole(scale);
            }
        }
    }

    private static List<Integer> scales(List<String> lines) {
        List<Integer> found = new ArrayList<>();
        Matcher in = SCALE.matcher(String.join("\n", lines));
        while (in.find()) {
            found.add(Integer.valueOf(in.group(1)));
        }
        return found;
    }

    /** The survivor asks again and again whether it is open, and sends no byte beyond it. */
    @Test
    void survivorProbesAWindowThatWasShutBeforePrimaryDied() throws Exception {
        Trio flow = Trio.connect(hosts, Trio.doors(hosts));
        byte[] body = Connections.body(SHUT_BYTES, 6);
        Connections.send(flow.atA(), body, 0, SHUT_BYTES);
        int acked = awaitStandstill(flow.port());
        assertTrue(acked > 0 && acked < SHUT_BYTES, "acked " + acked);
        try (Capture probes = new Capture(hosts.client, "src port 8080");
                Capture answers = new Capture(hosts.client, "dst port 8080")) {
            int earlier = probes.lines().size();
            hosts.failOver();
            assertEquals(acked, hosts.b.ackedBytes(flow.port()));
            Connections.send(flow.atB(), body, acked, SHUT_BYTES - acked);
            List<String> said = probes.lines();
            for (int i = 0; i < 50 && lengths(said, earlier).size() < PROBES; i++) {
                said = probes.lines();
            }
            List<Integer> lengths = lengths(said, earlier);
            assertTrue(lengths.size() >= PROBES, "probes: " + said);
            assertTrue(lengths.stream().allMatch(each -> each <= 1), "lengths: " + lengths);
            assertTrue(
                    answers.lines().stream().anyMatch(line -> line.contains("win 0")),
                    "the client says that it is shut");
        }
        assertArrayEquals(body, flow.client().getInputStream().readNBytes(SHUT_BYTES));
    }

    private static List<Integer> lengths(List<String> lines, int after) {
        List<Integer> found = new ArrayList<>();
        for (String line : lines.subList(after, lines.size())) {
            Matcher in = LENGTH.matcher(line);
            if (in.find()) {
                found.add(Integer.valueOf(in.group(1)));
            }
        }
        return found;
    }

    private int awaitStandstill(int port) throws IOException, InterruptedException {
        int before = -1;
        for (int i = 0; i < 100 && hosts.b.ackedBytes(port) != before; i++) {
            before = hosts.b.ackedBytes(port);
            Thread.sleep(300);
        }
        return before;
    }
}
