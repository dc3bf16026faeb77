package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.coralha.drill.wire.WireCheck;
import org.coralha.drill.wire.WireReport;

/**
 * Two captures at the client: every packet that opens, ends or resets a connection, and whole
 * packets of one in eight even client ports (or of all), so that a heavy load cannot make the
 * capture lose what matters.
 */
public final class Captures implements AutoCloseable {
    private static final long FILTER_LIMIT_MS = 20_000;
    private static final String KEPT_MEGABYTES = "50";

    private final Lab lab;
    private final String service;
    private final Path directory;
    private final Capture control;
    private final Capture data;

    /**
     * @param control what was found in the packets with SYN, FIN or RST, of all connections
     * @param data what was found in the whole packets of the sample
     * @param lost packets that the captures lost
     */
    public record Report(WireReport control, WireReport data, long lost) {
        /** True if no rule was violated in either. */
        public boolean clean() {
            return control.clean() && data.clean();
        }

        @Override
        public String toString() {
            return "control: " + control + "\ndata: " + data + "\nlost by the capture: " + lost;
        }
    }

    private Captures(Lab lab, String service, Path directory, Capture control, Capture data) {
        this.lab = lab;
        this.service = service;
        this.directory = directory;
        this.control = control;
        this.data = data;
    }

    /**
     * Starts both; packets are being captured when this returns.
     *
     * @param all true for whole packets of all connections
     */
    public static Captures start(Lab lab, InetSocketAddress service, boolean all) {
        String address = service.getAddress().getHostAddress();
        String filter = "tcp and host " + address + " and port " + service.getPort();
        String device = device(lab, address);
        // Even, because Linux connects from even ports first; and not the service's own port.
        int bits = (service.getPort() & 0xf) == 6 ? 10 : 6;
        String sample = "tcp[0:2] & 0xf = " + bits + " or tcp[2:2] & 0xf = " + bits;
        Path directory = temporaryDirectory();
        Capture control =
                Capture.start(
                        lab,
                        device,
                        directory.resolve("control.pcap"),
                        0,
                        filter + " and tcp[13] & 7 != 0");
        Capture data =
                Capture.start(
                        lab,
                        device,
                        directory.resolve("data.pcap"),
                        0,
                        all ? filter : filter + " and (" + sample + ")");
        return new Captures(lab, address + ":" + service.getPort(), directory, control, data);
    }

    /**
     * Ends both and checks them.
     *
     * @param closingPorts client ports on which the application ends connections by itself
     * @param lostPorts client ports whose connections the service may reset
     */
    public Report stop(Set<Integer> closingPorts, Set<Integer> lostPorts) {
        Capture.settle();
        long lost = control.stop();
        long lostData = data.stop();
        try {
            WireReport controlReport =
                    new WireCheck(service, closingPorts, lostPorts, false).check(control.file());
            WireReport dataReport =
                    new WireCheck(service, closingPorts, lostPorts, lostData == 0)
                            .check(data.file());
            return new Report(controlReport, dataReport, lost + lostData);
        } catch (IOException e) {
            throw new LabException("cannot read the captures in " + directory, e);
        }
    }

    /**
     * Keeps the packets of the connections that broke a rule in {@code target/drill-captures} of
     * the project, in place of those of an earlier drill.
     */
    public void keep(Report report) {
        Path target = lab.root().resolve("target/drill-captures");
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            throw new LabException("cannot make " + target, e);
        }
        keep(control.file(), report.control(), target);
        keep(data.file(), report.data(), target);
        System.err.println("packets of connections that broke a rule are kept in " + target);
    }

    private void keep(Path file, WireReport report, Path target) {
        if (report.clean()) {
            return;
        }
        String ports =
                report.ports().stream().map(p -> "port " + p).collect(Collectors.joining(" or "));
        Path kept = target.resolve(file.getFileName());
        Shell.Result result =
                lab.exec(
                        Lab.CLIENT,
                        FILTER_LIMIT_MS,
                        List.of(
                                "tcpdump",
                                "-n",
                                "-Z",
                                "root",
                                "-C",
                                KEPT_MEGABYTES,
                                "-W",
                                "1",
                                "-r",
                                file.toString(),
                                "-w",
                                kept.toString(),
                                ports));
        if (result.exit() != 0) {
            System.err.println("cannot keep " + kept + ": " + result.all());
        }
    }

    private static String device(Lab lab, String address) {
        Shell.Result route =
                lab.exec(Lab.CLIENT, 5000, List.of("ip", "-o", "route", "get", address));
        String[] words = route.out().trim().split("\\s+", -1);
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals("dev")) {
                return words[i + 1];
            }
        }
        throw new LabException("the client has no route to " + address + ": " + route.all());
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("coral-drill-");
        } catch (IOException e) {
            throw new LabException("no temporary directory for the captures", e);
        }
    }

    @Override
    public void close() {
        control.close();
        data.close();
        try {
            Files.deleteIfExists(control.file());
            Files.deleteIfExists(data.file());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
