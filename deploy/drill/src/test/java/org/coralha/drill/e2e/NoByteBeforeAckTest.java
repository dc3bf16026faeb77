package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.coralha.drill.lab.Capture;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.Shell;
import org.coralha.drill.wire.PcapFile;
import org.coralha.drill.wire.Segment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With acknowledgements of the log delayed, no byte of any kind of reply, and no FIN, is on the
 * wire before them; without the delay it is there much sooner.
 */
@LabTest
class NoByteBeforeAckTest {
    private static final int DELAY_MS = 400;

    @TempDir Path directory;

    @Test
    void noReplyByteIsOnTheWireBeforeItsAcknowledgement(PairInLab pair) throws IOException {
        Lab lab = pair.duplex();
        requests(lab, "warm"); // classes are loaded, connections of the log are warm
        Map<Integer, Long> plain = requests(lab, "plain");
        pair.delayAcknowledgements(DELAY_MS);
        Map<Integer, Long> delayed = requests(lab, "delayed");
        pair.disarm();
        System.out.println("first bytes, ms: plain " + plain + ", delayed " + delayed);
        assertEquals(plain.size(), delayed.size());
        plain.values().forEach(ms -> assertTrue(ms < DELAY_MS, "without delay: " + plain));
        delayed.values().forEach(ms -> assertTrue(ms >= DELAY_MS, "with delay: " + delayed));
        assertEquals("DUPLEX", lab.status().mode());
    }

    /**
     * First byte or FIN of the service after the first byte of the client, by client port, in ms.
     */
    private Map<Integer, Long> requests(Lab lab, String name) throws IOException {
        InetSocketAddress service = lab.service();
        String address = service.getAddress().getHostAddress();
        String url = "http://" + address + ":" + service.getPort() + "/demo/";
        Path file = directory.resolve(name + ".pcap");
        try (Capture capture =
                Capture.start(lab, "eth0", file, 0, "tcp port " + service.getPort())) {
            curl(lab, url + "random?bytes=100");
            curl(lab, url + "random?bytes=2000000");
            curl(lab, url + "random?bytes=500000&chunks=20");
            curl(lab, "-I", url + "random?bytes=100");
            curl(lab, "-0", url + "random?bytes=100&chunks=2");
            curl(lab, "-H", "Connection: close", url + "random?bytes=100");
            curl(lab, "-H", "Expect: 100-continue", "--data", "body=1", url + "upload");
            Capture.settle();
            capture.stop();
        }
        Map<Integer, Long> waits = firstByteMs(file, address + ":" + service.getPort());
        assertEquals(7, waits.size(), waits.toString());
        return waits;
    }

    private static void curl(Lab lab, String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("curl", "-sS", "--fail"));
        command.addAll(List.of("-m", "20", "--expect100-timeout", "10", "-o", "/dev/null"));
        command.addAll(List.of(arguments));
        Shell.Result result = lab.exec(Lab.CLIENT, 30_000, command);
        assertEquals(0, result.exit(), command + ": " + result.all());
    }

    private static Map<Integer, Long> firstByteMs(Path file, String service) throws IOException {
        Map<Integer, Long> asked = new HashMap<>();
        Map<Integer, Long> waits = new HashMap<>();
        try (PcapFile pcap = new PcapFile(file)) {
            Optional<PcapFile.Frame> frame = pcap.next();
            while (frame.isPresent()) {
                Segment.parse(frame.get()).ifPresent(s -> note(s, service, asked, waits));
                frame = pcap.next();
            }
        }
        return waits;
    }

    private static void note(
            Segment segment, String service, Map<Integer, Long> asked, Map<Integer, Long> waits) {
        if (segment.payloadBytes() == 0 && !segment.has(Segment.FIN)) {
            return;
        }
        if (segment.destination().equals(service)) {
            asked.putIfAbsent(segment.sourcePort(), segment.timeMicros());
        } else if (segment.source().equals(service)) {
            long since = segment.timeMicros() - asked.get(segment.destinationPort());
            waits.putIfAbsent(segment.destinationPort(), since / 1000);
        }
    }
}
