package org.coralha.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long the service was silent each time that a client had asked: from the first byte of the
 * client to the first byte or FIN of the service after it. What a client sends in one go is one
 * question: the parts of an upload around 100 Continue are two.
 */
public final class ReplyWaits {
    private final String service;
    private final Map<Integer, Long> askedMicros = new HashMap<>();
    private final Map<Integer, List<Long>> waitsMs = new LinkedHashMap<>();

    private ReplyWaits(String service) {
        this.service = service;
    }

    /**
     * Measures a capture at the client.
     *
     * @param service "address:port"
     * @return the waits of each connection in order, in milliseconds, by client port; connections
     *     in the order of their first answers, which need not be that of their ports
     */
    public static Map<Integer, List<Long>> in(Path pcap, String service) throws IOException {
        ReplyWaits waits = new ReplyWaits(service);
        try (PcapFile file = new PcapFile(pcap)) {
            Optional<PcapFile.Frame> frame = file.next();
            while (frame.isPresent()) {
                Segment.parse(frame.get()).ifPresent(waits::take);
                frame = file.next();
            }
        }
        return waits.waitsMs;
    }

    private void take(Segment segment) {
        boolean bytes = segment.payloadBytes() > 0;
        if (segment.destination().equals(service) && bytes) {
            askedMicros.putIfAbsent(segment.sourcePort(), segment.timeMicros());
        } else if (segment.source().equals(service) && (bytes || segment.has(Segment.FIN))) {
            Long asked = askedMicros.remove(segment.destinationPort());
            if (asked != null) {
                waitsMs.computeIfAbsent(segment.destinationPort(), unused -> new ArrayList<>())
                        .add((segment.timeMicros() - asked) / 1000);
            }
        }
    }
}
