package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.client.Kind;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.Capture;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An attacker beside the servers, without a key, cannot move the pair; and new keys for a pair
 * under load cost nothing. Hosts talk over IPv4, whatever the service's family.
 */
@LabTest
@FamilyShare.SameForBoth
class ForgeryTest {
    private static final Map<String, String> ADDRESSES =
            Map.of("a", "10.77.2.11", "b", "10.77.2.12");
    private static final String ELSEWHERE = "10.77.2.50";
    private static final int RESTORE_SECONDS = 180;
    private static final int ROUNDS = 20;
    private static final int REPLAYED = 60;

    @TempDir Path directory;

    @Test
    void recordedAndForgedOrdersChangeNothing(PairInLab pair) throws Exception {
        Lab lab = pair.duplex();
        List<Attacker.Beat> recorded = recordLifeAndDeath(lab);
        String pairBefore = changes();
        try (Drill drill = Drill.begin(lab, true)) {
            load(drill);
            new Attacker(lab).send(attack(recorded));
            drill.load().awaitReplies(200, 20_000);
            assertEquals(pairBefore, changes());
            Drill.Outcome outcome = drill.finish(20_000);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
        }
        assertEquals("DUPLEX", lab.status().mode());
        assertEquals(pairBefore, changes());
        for (String host : List.of("a", "b")) {
            String peer = ADDRESSES.get(LabStatus.peer(host));
            assertAlarm(host, "replay", peer, REPLAYED);
            assertAlarm(host, "hmac", peer, 2 * ROUNDS);
            assertAlarm(host, "key", peer, 2 * ROUNDS);
            assertAlarm(host, "source", ELSEWHERE, ROUNDS);
        }
    }

    /**
     * What a primary said when it died and its successor when it took over; the one has begun
     * another life since, the other goes on with the same.
     */
    private List<Attacker.Beat> recordLifeAndDeath(Lab lab) throws IOException {
        Path file = directory.resolve("beats.pcap");
        String primary = lab.status().hostWith("PRIMARY");
        try (Capture tap =
                Capture.start(lab, "switch", "a", file, 0, "udp port " + Attacker.PORT)) {
            lab.kill(primary, "jetty", "KILL");
            lab.awaitSimplex(LabStatus.peer(primary), 10_000);
            Capture.settle();
            assertEquals(0, tap.stop());
        }
        lab.kill(primary, "heartbeat", "KILL");
        lab.restore(RESTORE_SECONDS);
        List<Attacker.Beat> beats = Attacker.recorded(file);
        assertTrue(beats.stream().anyMatch(Attacker.Beat::isLastGasp), "no last gasp");
        assertTrue(beats.stream().anyMatch(Attacker.Beat::serves), "nobody took over");
        return beats;
    }

    /** Everything from the last gasp on, again and again, and forged ones of either host. */
    private static List<Attacker.Beat> attack(List<Attacker.Beat> recorded)
            throws GeneralSecurityException {
        List<Attacker.Beat> all = new ArrayList<>(orders(recorded));
        for (int round = 0; round < ROUNDS; round++) {
            all.addAll(orders(recorded));
            for (String host : List.of("a", "b")) {
                Attacker.Beat one =
                        recorded.stream()
                                .filter(beat -> beat.from().equals(ADDRESSES.get(host)))
                                .findFirst()
                                .orElseThrow();
                for (int keyId : new int[] {1, 9}) {
                    all.add(one.forged(Attacker.SIMPLEX, 0, keyId));
                    all.add(one.forged(Attacker.FENCED, Attacker.LAST_GASP, keyId));
                }
                all.add(one.from(ELSEWHERE));
            }
        }
        return all;
    }

    /** Three last gasps, three takeovers, and what else was said then. */
    private static List<Attacker.Beat> orders(List<Attacker.Beat> recorded) {
        List<Attacker.Beat> orders = new ArrayList<>();
        recorded.stream().filter(Attacker.Beat::isLastGasp).limit(3).forEach(orders::add);
        recorded.stream().filter(Attacker.Beat::serves).limit(3).forEach(orders::add);
        return orders;
    }

    private static void load(Drill drill) {
        drill.load().open(Kind.SMALL, 8);
        drill.load().open(Kind.UPLOAD, 2, "bytes=100000");
        drill.load().open(Kind.IDLE, 8);
        drill.load().awaitPlaced(Phase.PLACE_LIMIT_MS);
    }

    /** Role, epoch and last change of both hosts. */
    private static String changes() {
        StringBuilder all = new StringBuilder();
        for (String host : List.of("a", "b")) {
            Json status = LabDaemon.status(host);
            for (String key : List.of("role", "state", "epoch", "lastChange", "lastFailover")) {
                all.append(host).append(' ').append(status.get(key)).append('\n');
            }
        }
        return all.toString();
    }

    private static void assertAlarm(String host, String why, String from, long atLeast)
            throws IOException {
        Json status = LabDaemon.status(host);
        String kind = "heartbeat." + why;
        long count = status.get("alarms").get(kind + " " + from).get("count").numberOr(0);
        assertTrue(count >= atLeast, kind + " at " + host + ": " + status.get("alarms"));
        long counted = status.get("counters").numbers().get("daemon.beat.refused." + why);
        assertTrue(counted >= atLeast, kind + " at " + host + ": " + counted);
        Path log = Rejected.LAB.resolve("log/" + host + ".heartbeat.log");
        long lines =
                Files.readAllLines(log).stream()
                        .filter(line -> line.contains("ALARM " + kind + " from " + from))
                        .count();
        assertTrue(lines >= 1 && lines <= 1 + count / 2, lines + " lines of " + kind);
    }

    @Test
    void keysAreRenewedUnderLoad(PairInLab pair) throws Exception {
        Lab lab = pair.duplex();
        pair.spoiled();
        Path keys = Rejected.LAB.resolve("keys");
        String before = changes();
        Map<String, Long> refused = Map.of("a", refusals("a"), "b", refusals("b"));
        try (Drill drill = Drill.begin(lab, true)) {
            load(drill);
            coralctl(lab, "keys", "rotate", keys.toString());
            awaitKeys("1, 2", 2);
            coralctl(lab, "keys", "prune", keys.toString());
            awaitKeys("2", 2);
            coralctl(lab, "keys", "check", keys.toString());
            drill.load().awaitReplies(200, 20_000);
            Drill.Outcome outcome = drill.finish(20_000);
            assertTrue(outcome.load().clean(), outcome.toString());
            WireAssertions.assertJudged(outcome.wire());
        }
        assertEquals(before, changes());
        for (String host : List.of("a", "b")) {
            assertEquals(refused.get(host), refusals(host), "a heartbeat was missed: " + host);
        }
    }

    private static void coralctl(Lab lab, String... words) {
        List<String> command = new ArrayList<>();
        command.add(Rejected.LAB.resolve("host/bin/coralctl").toString());
        command.addAll(List.of(words));
        Shell.Result result = lab.exec("outside", 60_000, command);
        assertEquals(0, result.exit(), result.all());
    }

    private static long refusals(String host) {
        return LabDaemon.status(host).get("counters").numbers().entrySet().stream()
                .filter(counter -> counter.getKey().startsWith("daemon.beat.refused."))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void awaitKeys(String known, long inUse) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        for (String host : List.of("a", "b")) {
            Json keys = LabDaemon.status(host).get("keys");
            while (!keys.get("known").text().equals(known)
                    || keys.get("inUse").numberOr(0) != inUse) {
                assertTrue(System.nanoTime() < endNs, host + " has " + keys);
                TimeUnit.MILLISECONDS.sleep(50);
                keys = LabDaemon.status(host).get("keys");
            }
        }
    }
}
