package org.coralha.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds the service's packets, as a client's network saw them, against the rules. Used by one
 * thread.
 *
 * <p>Packets that left almost together may overtake each other on a machine with several
 * processors: what looks like a step back is only counted if it comes later than that can explain,
 * and a hole only if it was never filled.
 */
public final class WireCheck {
    private final String service;
    private final Set<Integer> closingPorts;
    private final Set<Integer> lostPorts;
    private final boolean gaplessCapture;
    private final boolean judgesChecksums;
    private final Map<Integer, FlowState> flows = new HashMap<>();
    private final WireReport report = new WireReport();
    private final Senders senders = new Senders();
    private final NumberCheck numbers;
    private final LogCheck log;

    /**
     * @param service the advertised "address:port"
     * @param closingPorts client ports on which the application ends connections by itself
     * @param gaplessCapture false if the capture has lost or left out packets: then nothing is
     *     concluded from what is missing
     */
    public WireCheck(String service, Set<Integer> closingPorts, boolean gaplessCapture) {
        this(service, closingPorts, Set.of(), gaplessCapture);
    }

    /**
     * As above.
     *
     * @param lostPorts client ports of connections that nobody has any more: a reset is right
     */
    public WireCheck(
            String service,
            Set<Integer> closingPorts,
            Set<Integer> lostPorts,
            boolean gaplessCapture) {
        this(service, closingPorts, lostPorts, gaplessCapture, true, LogCheck.none());
    }

    private WireCheck(
            String service,
            Set<Integer> closingPorts,
            Set<Integer> lostPorts,
            boolean gapless,
            boolean judgesChecksums,
            LogCheck log) {
        this.service = service;
        this.closingPorts = Set.copyOf(closingPorts);
        this.lostPorts = Set.copyOf(lostPorts);
        this.gaplessCapture = gapless;
        this.judgesChecksums = judgesChecksums;
        this.numbers = new NumberCheck(report, gapless);
        this.log = log;
    }

    /**
     * For a capture of the heads of some packets on the cable of the servers' switch: here the
     * senders' Ethernet addresses are their own. Checksums are left to the card here.
     *
     * @param log what the hosts wrote down of the reply log; for this check alone
     */
    public static WireCheck atSwitch(
            String service, Set<Integer> closingPorts, Set<Integer> lostPorts, LogCheck log) {
        return new WireCheck(service, closingPorts, lostPorts, false, false, log);
    }

    /**
     * Checks a whole file.
     *
     * @throws IOException if the file cannot be read
     */
    public WireReport check(Path pcap) throws IOException {
        try (PcapFile file = new PcapFile(pcap)) {
            Optional<PcapFile.Frame> frame = file.next();
            while (frame.isPresent()) {
                Segment.parse(frame.get()).ifPresent(this::take);
                frame = file.next();
            }
        }
        return finish();
    }

    /** Takes one segment, in the order of the capture. */
    public void take(Segment segment) {
        if (segment.destination().equals(service)) {
            FlowState flow = flowOfClient(segment);
            if (flow != null) {
                flow.client(segment);
            }
        } else if (segment.source().equals(service)) {
            fromService(segment);
        }
    }

    /** What was found, holes that nothing filled included. To be called once, at the end. */
    public WireReport finish() {
        flows.forEach((port, flow) -> judgeWhole(port, flow, Long.MAX_VALUE));
        return report;
    }

    private void judgeWhole(int clientPort, FlowState flow, long nextMicros) {
        log.over(flow, nextMicros, report);
        if (gaplessCapture && flow.hasHole()) {
            report.violation(
                    WireRule.SEQUENCE_WITHOUT_HOLES,
                    clientPort,
                    "client port " + clientPort + ": bytes never went by");
        }
    }

    /** The flow of a client's segment; null if its beginning was not captured. */
    private FlowState flowOfClient(Segment segment) {
        FlowState known = flows.get(segment.sourcePort());
        boolean opens = segment.has(Segment.SYN) && !segment.has(Segment.ACK);
        // A SYN with another number is a new connection from a port used again; else it is
        // repeated.
        if (opens && (known == null || !known.beganWith(segment))) {
            if (known != null) {
                judgeWhole(segment.sourcePort(), known, segment.timeMicros());
            }
            known = new FlowState(segment);
            flows.put(segment.sourcePort(), known);
            report.countFlow();
        }
        return known;
    }

    /** The flow of the service's segment; null if its beginning was not captured. */
    private FlowState flowOfService(Segment segment) {
        FlowState known = flows.get(segment.destinationPort());
        // A SYN-ACK for a SYN that the capture has lost begins a connection that cannot be judged.
        if (!gaplessCapture
                && known != null
                && segment.has(Segment.SYN)
                && !known.answeredBy(segment)) {
            flows.remove(segment.destinationPort());
            return null;
        }
        return known;
    }

    private void fromService(Segment segment) {
        report.countService();
        checkChecksum(segment);
        if (senders.speaksBesideSuccessor(segment)) {
            String host = "from " + Long.toHexString(segment.sourceMac());
            report.violation(WireRule.ONE_SENDER_AT_A_TIME, segment, host);
        }
        FlowState flow = flowOfService(segment);
        if (flow == null) {
            report.countStranger();
            return;
        }
        flow.passes(segment);
        boolean lost = lostPorts.contains(segment.destinationPort());
        if (!lost && !flow.isAnsweredByPredecessor(segment) && flow.changesSenderAgain(segment)) {
            report.violation(
                    WireRule.ONE_SENDER,
                    segment,
                    flow,
                    "from " + Long.toHexString(segment.sourceMac()));
        }
        if (segment.has(Segment.RST)) {
            if (!lost && !isHarmless(flow)) {
                report.violation(WireRule.NO_RESET, segment, flow, "RST");
            }
            return;
        }
        if (segment.has(Segment.FIN)
                && !flow.clientEnded()
                && !closingPorts.contains(segment.destinationPort())) {
            report.violation(WireRule.FIN_ONLY_IF_CAUSED, segment, flow, "FIN");
        }
        if (flow.isAnsweredByPredecessor(segment)) {
            return;
        }
        numbers.judge(segment, flow);
        log.judge(segment, flow, report);
        flow.service(segment);
    }

    /**
     * A reset that answers packets after the client's own reset harms nobody. Nor does one after
     * both ends, which RFC 9293 (3.10.7.1) asks for if an acknowledgement is repeated or overtaken:
     * the last one has closed the service's side. What was left out cannot be asked for.
     */
    private boolean isHarmless(FlowState flow) {
        return flow.clientReset() || flow.isOver(gaplessCapture);
    }

    private void checkChecksum(Segment segment) {
        if (!judgesChecksums) {
            return;
        }
        switch (segment.checksum()) {
            case WRONG -> report.violation(WireRule.CHECKSUMS_VALID, segment, "checksum");
            case OFFLOADED, CUT -> report.countUnchecked();
            case VALID -> {}
        }
    }
}
