package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Test;

/**
 * Garbage and oversized input at the heartbeat port, the port of the reply log and the daemon's
 * socket changes nothing, roles and epochs included, and is counted. These are the hosts' own, in
 * IPv4, whatever the service's family.
 */
@LabTest
@FamilyShare.SameForBoth
class GarbageTest {
    private static final int TIMES = 50;
    private static final String REFUSALS = "(?i).*(garbage|refused|invalid|malformed|rejected).*";
    private static final Map<String, String> ADDRESSES =
            Map.of("a", "10.77.2.11", "b", "10.77.2.12");

    /** Sends garbage somewhere. */
    private interface Garbage {
        void send(String host) throws IOException;
    }

    private static void changesNothing(PairInLab pair, Garbage garbage) throws IOException {
        Lab lab = pair.duplex();
        LabStatus before = lab.status();
        try (Drill drill = Drill.begin(lab, true)) {
            drill.load().open(Kind.SMALL, 4);
            drill.load().open(Kind.UPLOAD, 2, "bytes=100000");
            drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
            for (String host : List.of("a", "b")) {
                long counted = refusals(lab, host);
                garbage.send(host);
                drill.load().awaitReplies(50, 20_000);
                long more = refusals(lab, host) - counted;
                assertTrue(more > 0, "nothing was counted on " + host + ": " + counters(host));
            }
            Drill.Outcome outcome = drill.finish(20_000);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
        }
        LabStatus after = lab.status();
        assertEquals("DUPLEX", after.mode());
        for (String host : List.of("a", "b")) {
            assertEquals(before.role(host), after.role(host));
            assertEquals(before.epoch(host), after.epoch(host));
        }
    }

    private static long refusals(Lab lab, String host) {
        return counters(host).entrySet().stream()
                .filter(counter -> counter.getKey().matches(REFUSALS))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static Map<String, Long> counters(String host) {
        return LabDaemon.status(host).get("counters").numbers();
    }

    private static void bash(Lab lab, String script) {
        Shell.Result result = lab.exec("outside", 30_000, List.of("bash", "-c", script));
        assertEquals(0, result.exit(), script + ": " + result.all());
    }

    @Test
    void atTheHeartbeatPort(PairInLab pair) throws IOException {
        changesNothing(
                pair,
                host ->
                        bash(
                                pair.lab(),
                                "for i in $(seq "
                                        + TIMES
                                        + "); do for n in 1 100 191 1400 9000 60000; do head -c $n"
                                        + " /dev/urandom | dd bs=60000 iflag=fullblock status=none"
                                        + " > /dev/udp/"
                                        + ADDRESSES.get(host)
                                        + "/7946; done; done; true"));
    }

    @Test
    void atThePortOfTheReplyLog(PairInLab pair) throws IOException {
        changesNothing(
                pair,
                host ->
                        bash(
                                pair.lab(),
                                "for i in $(seq "
                                        + TIMES
                                        + "); do timeout 2 bash -c 'head -c 100000 /dev/urandom >"
                                        + " /dev/tcp/"
                                        + ADDRESSES.get(host)
                                        + "/7800' 2> /dev/null; done; true"));
    }

    @Test
    void atTheDaemonsSocket(PairInLab pair) throws IOException {
        Random random = new Random(1);
        changesNothing(
                pair,
                host -> {
                    for (int i = 0; i < TIMES; i++) {
                        byte[] bytes = new byte[1 + random.nextInt(100_000)];
                        random.nextBytes(bytes);
                        if (i % 2 == 0) {
                            // A believable length, then nonsense.
                            ByteBuffer.wrap(bytes)
                                    .put(new byte[] {0, 0, 0}, 0, Math.min(3, bytes.length));
                        }
                        toSocket(host, bytes);
                    }
                });
    }

    private static void toSocket(String host, byte[] bytes) throws IOException {
        Path socket = Rejected.LAB.resolve(host + "/run/daemon.sock");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            write(channel, bytes);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) {
        try {
            channel.write(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            // The daemon has seen enough and ended the connection; it need not read it all.
        }
    }
}
