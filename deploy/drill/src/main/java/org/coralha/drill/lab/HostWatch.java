package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.coralha.wire.PcapFile;

/**
 * Watches a host's port at the switch for whatever the host says in the name of the service:
 * packets from the advertised address and port that are not for its peer, and ARP that claims the
 * address. Frames that the switch then drops are seen as well.
 */
public final class HostWatch implements AutoCloseable {
    private static final int HEAD_BYTES = 128;

    private final Capture capture;

    private HostWatch(Capture capture) {
        this.capture = capture;
    }

    /** Starts; everything that the host says from now on is seen. */
    public static HostWatch of(Lab lab, String host, InetSocketAddress service) {
        ServiceFilter names = new ServiceFilter(service);
        String tcp = "tcp and src host " + names.address() + " and src port " + service.getPort();
        String peer = lab.ethernetAddress(LabStatus.peer(host), "eth0");
        String filter =
                String.format(
                        Locale.ROOT,
                        "ether src %s and ((%s and not ether dst %s) or %s)",
                        lab.ethernetAddress(host, "eth0"),
                        tcp,
                        peer,
                        names.claims());
        try {
            Path file = Files.createTempFile("coral-watch-", ".pcap");
            return new HostWatch(Capture.start(lab, "switch", host, file, HEAD_BYTES, filter));
        } catch (IOException e) {
            throw new LabException("no temporary file for a capture", e);
        }
    }

    /**
     * Ends the watch.
     *
     * @return times of the frames that the host sent, in microseconds since 1970
     */
    public List<Long> stop() {
        Capture.settle();
        long lost = capture.stop();
        if (lost > 0) {
            throw new LabException("the watch lost " + lost + " packets");
        }
        List<Long> times = new ArrayList<>();
        try (PcapFile file = new PcapFile(capture.file())) {
            for (Optional<PcapFile.Frame> f = file.next(); f.isPresent(); f = file.next()) {
                times.add(f.get().timeMicros());
            }
        } catch (IOException e) {
            throw new LabException("cannot read " + capture.file(), e);
        }
        return times;
    }

    @Override
    public void close() {
        capture.close();
        try {
            Files.deleteIfExists(capture.file());
        } catch (IOException e) {
            throw new LabException("cannot remove " + capture.file(), e);
        }
    }
}
