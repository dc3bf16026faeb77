package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.lab.Capture;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.ServiceFilter;
import org.coralha.drill.lab.Shell;
import org.coralha.drill.lab.SwitchCapture;
import org.coralha.wire.ReplyWaits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With acknowledgements of the log delayed, no byte of any kind of reply, and no FIN, is on the
 * wire before them; without the delay it is there much sooner. On a new connection the first
 * request waits for the acknowledgement that the connection itself is logged, whatever becomes of
 * the reply: so each kind of reply is measured where the connection is known already, as the answer
 * to its second question.
 */
@LabTest
class NoByteBeforeAckTest {
    private static final int DELAY_MS = 400;
    private static final List<String> PLAIN = List.of();
    private static final List<String> EXPECT =
            List.of("-H", "Expect: 100-continue", "--data", "body=1");

    @TempDir Path directory;

    @Test
    void noReplyByteIsOnTheWireBeforeItsAcknowledgement(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        requests(lab, "warm"); // classes are loaded, connections of the log are warm
        List<List<Long>> plain = requests(lab, "plain");
        pair.delayAcknowledgements(DELAY_MS);
        List<List<Long>> delayed = requests(lab, "delayed");
        pair.disarm();
        System.out.println("first bytes, ms: plain " + plain + ", delayed " + delayed);
        plain.forEach(waits -> waits.forEach(ms -> assertTrue(ms < DELAY_MS, "plain: " + plain)));
        for (List<Long> waits : delayed) {
            waits.forEach(ms -> assertTrue(ms >= DELAY_MS, "with delay: " + delayed));
        }
        assertEquals("DUPLEX", lab.status().mode());
    }

    /** Waits of each connection in ms, in order; the first of each says nothing and is left out. */
    private List<List<Long>> requests(Lab lab, String name) throws IOException {
        InetSocketAddress service = lab.service();
        String address = service.getAddress().getHostAddress() + ":" + service.getPort();
        String url = new ServiceFilter(service).url() + "/demo/";
        Path file = directory.resolve(name + ".pcap");
        try (SwitchCapture heads = SwitchCapture.start(lab, "tcp");
                Capture capture =
                        Capture.start(lab, "eth0", file, 0, "tcp port " + service.getPort())) {
            then(lab, url, PLAIN, "random?bytes=100");
            then(lab, url, PLAIN, "random?bytes=2000000");
            then(lab, url, PLAIN, "random?bytes=500000&chunks=20");
            then(lab, url, List.of("-I"), "random?bytes=100");
            then(lab, url, List.of("-0"), "random?bytes=100&chunks=2");
            then(lab, url, List.of("-H", "Connection: close"), "random?bytes=100");
            then(lab, url, EXPECT, "upload");
            Capture.settle();
            assertEquals(0, capture.stop(), "packets that the capture lost");
            WireAssertions.assertJudgedButForEnds(heads);
        }
        List<List<Long>> waits = new ArrayList<>();
        ReplyWaits.in(file, address).values().forEach(all -> waits.add(all.subList(1, all.size())));
        assertEquals(List.of(1, 1, 1, 1, 1, 1, 2), waits.stream().map(List::size).toList());
        return waits;
    }

    /** One connection: a small request, then the one that is measured. */
    private static void then(Lab lab, String url, List<String> options, String path) {
        List<String> common = List.of("-sS", "--fail", "-m", "20", "-o", "/dev/null");
        List<String> command = new ArrayList<>(List.of("curl"));
        command.addAll(common);
        command.add(url + "whoami");
        command.add("--next");
        command.addAll(common);
        command.addAll(List.of("--expect100-timeout", "10"));
        command.addAll(options);
        command.add(url + path);
        Shell.Result result = lab.exec(Lab.CLIENT, 30_000, command);
        assertEquals(0, result.exit(), command + ": " + result.all());
    }
}
