package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    private static final String ROUTE = " 10.128.0.0/9 via 10.77.3.10";

    /** In bursts that the queues of the lab's one kernel hold. */
    private static final String SENDER =
            "use Socket; socket(S, AF_INET, SOCK_RAW, 255) or die $!;"
                    + " my ($a, $p, $count) = @ARGV; my $d = inet_aton($a);"
                    + " for my $n (0 .. $count - 1) {"
                    + " my $s = pack('N', 0x0a800000 + $n);"
                    + " my $t = pack('nnNNnnnn', 1024 + $n % 60000, $p, $n * 40503, 0, 0x8002,"
                    + " 64240, 0, 0) . pack('H*', '020405b40402010101030307');"
                    + " my $c = unpack('%32n*', $s . $d . pack('nn', 6, length $t) . $t);"
                    + " $c = ($c & 65535) + ($c >> 16) for (1, 2);"
                    + " substr($t, 16, 2) = pack('n', ~$c & 65535);"
                    + " send(S, pack('CCnnnCCna4a4', 69, 0, 20 + length $t, 0, 0, 64, 6, 0, $s, $d)"
                    + " . $t, 0, sockaddr_in(0, $d));"
                    + " select(undef, undef, undef, 0.002) if $n % 100 == 0; }";

    @Test
    void costsNoProtectedConnection(PairInLab pair) throws Exception {
        Lab lab = pair.duplex();
        String primary = lab.status().hostWith("PRIMARY");
        String backup = lab.status().hostWith("BACKUP");
        long before = handshakes(backup);
        Shell.Result route =
                lab.exec("router", 10_000, List.of("sh", "-c", "ip route add" + ROUTE));
        assertEquals(0, route.exit(), route.all());
        Process flood = null;
        try (LoadProcess load = LoadProcess.start(lab, lab.service())) {
            load.open(Kind.IDLE, WAITING);
            load.open(Kind.SMALL, BUSY);
            load.awaitPlaced(Phase.PLACE_LIMIT_MS);
            flood = flood(lab);
            assertEquals(0, end(flood), "the flood");
            long noted = handshakes(backup) - before;
            assertTrue(noted >= SOURCES * 9 / 10, noted + " handshakes noted at the backup");
            assertEquals("DUPLEX", lab.status().mode());
            flood = flood(lab);
            load.fault();
            lab.cut(primary);
            assertTrue(flood.isAlive(), "the flood was over before the fault");
            lab.awaitSimplex(backup, 10_000);
            load.go();
            load.awaitReplies(WAITING, 30_000);
            LoadResult result = load.finish(30_000);
            System.out.println("SYN flood: " + result);
            assertTrue(result.clean(), result.toString());
        } finally {
            if (flood != null) {
                flood.destroyForcibly().waitFor();
            }
            lab.exec("router", 10_000, List.of("sh", "-c", "ip route del" + ROUTE));
        }
    }

    private static Process flood(Lab lab) {
        String address = lab.service().getAddress().getHostAddress();
        String port = Integer.toString(lab.service().getPort());
        return lab.start(
                HOST, List.of("perl", "-e", SENDER, address, port, Integer.toString(SOURCES)));
    }

    private static int end(Process flood) throws IOException, InterruptedException {
        String said = new String(flood.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(flood.waitFor(60, TimeUnit.SECONDS), "the flood goes on for ever");
        assertEquals("", said);
        return flood.exitValue();
    }

    private static long handshakes(String host) {
        return LabDaemon.status(host).get("counters").numbers().entrySet().stream()
                .filter(counter -> counter.getKey().endsWith("embryo_begun"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
