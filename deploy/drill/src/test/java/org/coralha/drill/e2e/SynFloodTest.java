package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;
import org.coralha.drill.lab.Shell;
import org.coralha.drill.lab.SwitchCapture;
import org.junit.jupiter.api.Test;

/**
 * 100,000 addresses that nobody has ask for connections while 1,000 clients wait and some are busy;
 * then the primary's cable is pulled, and all are answered.
 */
@LabTest
class SynFloodTest {
    private static final int SOURCES = 100_000;
    private static final int WAITING = 1_000;
    private static final int BUSY = 10;
    private static final String HOST = "outside";
    private static final String OF_FLOOD = "10[.]12[89][.]|fd80:";

    /** In bursts that the queues of the lab's one kernel hold. */
    private static final String SENDER =
            "use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);"
                    + " my ($a, $p, $count, $guesses) = @ARGV; my $six = $a =~ /:/;"
                    + " socket(S, $six ? AF_INET6 : AF_INET, SOCK_RAW, 255) or die $!;"
                    + " my $d = $six ? inet_pton(AF_INET6, $a) : inet_aton($a);"
                    + " my $to = $six ? pack_sockaddr_in6(0, $d) : sockaddr_in(0, $d);"
                    + " sub packet { my ($n, $more, $ack, $kind, $options) = @_;"
                    + " my $s = $six ? pack('NNNN', 0xfd800000, 0, 0, $n) : pack('N', 0x0a800000 + $n);"
                    + " my $t = pack('nnNNnnnn', 1024 + $n % 60000, $p,"
                    + " ($n * 40503 + $more) & 0xffffffff, $ack & 0xffffffff, $kind,"
                    + " 64240, 0, 0) . pack('H*', $options);"
                    + " my $c = unpack('%32n*', $s . $d . pack('nn', 6, length $t) . $t);"
                    + " $c = ($c & 65535) + ($c >> 16) for (1, 2);"
                    + " substr($t, 16, 2) = pack('n', ~$c & 65535);"
                    + " my $i = $six ? pack('NnCC', 0x60000000, length $t, 6, 64)"
                    + " : pack('CCnnnCCn', 69, 0, 20 + length $t, 0, 0, 64, 6, 0);"
                    + " send(S, $i . $s . $d . $t, 0, $to); }"
                    + " for my $n (0 .. $count - 1) {"
                    + " packet($n, 0, 0, 0x8002, '020405b40402010101030307');"
                    + " next if $n % 100; select(undef, undef, undef, 0.002); next if !$guesses;"
                    + " packet($_, 1, $_ * 7919, 0x5010, '') for ($n < 100 ? 0 : $n - 100 .. $n);"
                    + " select(undef, undef, undef, 0.002); }";

    @Test
    void costsNoProtectedConnection(PairInLab pair) throws Exception {
        Lab lab = pair.duplex();
        String primary = lab.status().hostWith("PRIMARY");
        String backup = lab.status().hostWith("BACKUP");
        long before = handshakes(backup);
        route(lab, "add");
        Process flood = null;
        try (SwitchCapture capture = SwitchCapture.start(lab, "not net " + sources(lab));
                LoadProcess load = LoadProcess.start(lab, lab.service())) {
            load.open(Kind.IDLE, WAITING);
            load.open(Kind.SMALL, BUSY);
            load.awaitPlaced(Phase.PLACE_LIMIT_MS);
            flood = flood(lab, false);
            assertEquals(0, end(flood), "the flood");
            long noted = handshakes(backup) - before;
            assertTrue(noted >= SOURCES * 9 / 10, noted + " handshakes noted at the backup");
            assertEquals("DUPLEX", lab.status().mode());
            flood = flood(lab, false);
            load.fault();
            lab.cut(primary);
            assertTrue(flood.isAlive(), "the flood was over before the fault");
            lab.awaitSimplex(backup, 10_000);
            load.go();
            load.awaitReplies(WAITING, 30_000);
            LoadResult result = load.finish(30_000);
            System.out.println("SYN flood: " + result);
            assertTrue(result.clean(), result.toString());
            WireAssertions.assertJudged(capture, result.closingPorts());
        } finally {
            if (flood != null) {
                flood.destroyForcibly().waitFor();
            }
            route(lab, "del");
        }
    }

    /**
     * The same addresses guess which number the service has named. The primary refuses them; the
     * backup must not keep a flow, a socket or a standby connection of them.
     */
    @Test
    void guessesLeaveNothingAtTheBackup(PairInLab pair) throws Exception {
        Lab lab = pair.duplex();
        String primary = lab.status().hostWith("PRIMARY");
        String backup = lab.status().hostWith("BACKUP");
        route(lab, "add");
        Process flood = null;
        try (SwitchCapture capture = SwitchCapture.start(lab, "not net " + sources(lab));
                LoadProcess load = LoadProcess.start(lab, lab.service())) {
            load.open(Kind.IDLE, BUSY);
            load.awaitPlaced(Phase.PLACE_LIMIT_MS);
            assertEquals(BUSY, flows(backup));
            long refused = counter(primary, "handshake_refused");
            flood = flood(lab, true);
            assertEquals(0, end(flood), "the flood");
            refused = counter(primary, "handshake_refused") - refused;
            assertTrue(refused > SOURCES / 100, refused + " guesses refused");
            assertEquals(BUSY, flows(backup), "flows at the backup");
            assertEquals(0, socketsOfTheFlood(lab, backup), "sockets at the backup");
            assertEquals("DUPLEX", lab.status().mode());
            load.fault();
            lab.cut(primary);
            lab.awaitSimplex(backup, 10_000);
            load.go();
            LoadResult result = load.finish(30_000);
            System.out.println("flood of guesses: " + refused + " refused, " + result);
            assertTrue(result.clean(), result.toString());
            WireAssertions.assertJudged(capture, result.closingPorts());
        } finally {
            if (flood != null) {
                flood.destroyForcibly().waitFor();
            }
            route(lab, "del");
        }
    }

    private static boolean isSix(Lab lab) {
        return lab.service().getAddress() instanceof Inet6Address;
    }

    private static String sources(Lab lab) {
        return isSix(lab) ? "fd80::/16" : "10.128.0.0/9";
    }

    /** The router believes that the sources are behind the sender. */
    private static void route(Lab lab, String what) {
        String via = isSix(lab) ? "fd77:3::10" : "10.77.3.10";
        List<String> command = List.of("ip", "route", what, sources(lab), "via", via);
        Shell.Result done = lab.exec("router", 10_000, command);
        assertTrue(done.exit() == 0 || what.equals("del"), done.all());
    }

    private static long flows(String host) {
        return LabDaemon.status(host).get("dataPlane").get("flows").number();
    }

    private static int socketsOfTheFlood(Lab lab, String host) throws Exception {
        int port = lab.service().getPort();
        String command =
                "ss -Htn state established 'sport = :"
                        + port
                        + "' | grep -cE '"
                        + OF_FLOOD
                        + "' || :";
        Shell.Result result = lab.exec(host, 10_000, List.of("sh", "-c", command));
        return Integer.parseInt(result.all().strip());
    }

    private static Process flood(Lab lab, boolean guesses) {
        String address = lab.service().getAddress().getHostAddress();
        String port = Integer.toString(lab.service().getPort());
        String count = Integer.toString(SOURCES);
        return lab.start(
                HOST, List.of("perl", "-e", SENDER, address, port, count, guesses ? "1" : "0"));
    }

    private static int end(Process flood) throws IOException, InterruptedException {
        String said = new String(flood.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(flood.waitFor(60, TimeUnit.SECONDS), "the flood goes on for ever");
        assertEquals("", said);
        return flood.exitValue();
    }

    private static long handshakes(String host) {
        return counter(host, "embryo_begun");
    }

    private static long counter(String host, String name) {
        return LabDaemon.status(host).get("counters").numbers().entrySet().stream()
                .filter(counter -> counter.getKey().endsWith(name))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
