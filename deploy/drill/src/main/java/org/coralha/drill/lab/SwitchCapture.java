package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.coralha.wire.LogCheck;
import org.coralha.wire.LogJournal;
import org.coralha.wire.WireCheck;
import org.coralha.wire.WireReport;

/**
 * The heads of the service's packets at the servers' switch, to and from the router: here the
 * hosts' own Ethernet addresses show who sends. What the hosts tell each other is left out; it
 * floods the switch while a cable is out, and is not meant for clients.
 */
public final class SwitchCapture implements AutoCloseable {
    private static final int HEAD_BYTES = 192;

    private final Lab lab;
    private final String service;
    private final Path directory;
    private final Capture capture;

    private SwitchCapture(Lab lab, InetSocketAddress service, String selection) {
        String address = service.getAddress().getHostAddress();
        this.lab = lab;
        this.service = address + ":" + service.getPort();
        this.directory = temporaryDirectory();
        String filter =
                String.format(
                        "ether host %s and tcp and host %s and port %d and (%s)",
                        lab.ethernetAddress("router", "servers"),
                        address,
                        service.getPort(),
                        selection);
        Path file = directory.resolve("switch.pcap");
        this.capture = Capture.start(lab, "switch", "router", file, HEAD_BYTES, filter);
    }

    /**
     * Starts it; packets are being captured when this returns.
     *
     * @param selection pcap filter for some of the packets; {@code tcp} for all
     */
    public static SwitchCapture start(Lab lab, String selection) {
        return new SwitchCapture(lab, lab.service(), selection);
    }

    static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("coral-drill-");
        } catch (IOException e) {
            throw new LabException("no temporary directory for the captures", e);
        }
    }

    /**
     * Ends the capture; what is not yet {@linkplain Capture#settle settled} may be missing.
     *
     * @return packets that it has lost
     */
    public long stop() {
        return capture.stop();
    }

    /**
     * Checks what was captured, after {@link #stop}.
     *
     * @param closingPorts client ports on which the application ends connections by itself
     * @param lostPorts client ports whose connections the service may reset
     */
    public WireReport check(Set<Integer> closingPorts, Set<Integer> lostPorts) {
        try {
            return WireCheck.atSwitch(service, closingPorts, lostPorts, logCheck())
                    .check(capture.file());
        } catch (IOException e) {
            throw new LabException("cannot read " + capture.file(), e);
        }
    }

    /** By what the modules wrote down, if they did. */
    private LogCheck logCheck() {
        LogJournal a = FaultFiles.journal("a");
        LogJournal b = FaultFiles.journal("b");
        if (a.isEmpty() && b.isEmpty()) {
            return LogCheck.none();
        }
        if (!a.isComplete() || !b.isComplete()) {
            System.err.println("a journal of the reply log lacks lines: nothing is judged by it");
        }
        return LogCheck.of(ethernet("a"), a, ethernet("b"), b);
    }

    private long ethernet(String host) {
        return Long.parseLong(lab.ethernetAddress(host, "eth0").replace(":", ""), 16);
    }

    Path file() {
        return capture.file();
    }

    @Override
    public void close() {
        capture.close();
        try {
            Files.deleteIfExists(capture.file());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
