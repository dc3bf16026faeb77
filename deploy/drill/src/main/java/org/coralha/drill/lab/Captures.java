package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.coralha.wire.WireCheck;
import org.coralha.wire.WireReport;
import org.coralha.wire.WireRule;

/**
 * Two captures at the client: every packet that opens, ends or resets a connection, and whole
 * packets of one in eight even client ports (or of all), so that a heavy load cannot make the
 * capture lose what matters. A third one, of the heads of all these packets, at the servers'
 * switch, where the hosts' own Ethernet addresses show who sends: one fault per capture hands a
 * connection over once.
 */
public final class Captures implements AutoCloseable {
    private static final long FILTER_LIMIT_MS = 20_000;
    private static final String KEPT_MEGABYTES = "50";

    private final Lab lab;
    private final String service;
    private final Path directory;
    private final Capture control;
    private final Capture data;
    private final SwitchCapture heads;

    /**
     * @param control what was found in the packets with SYN, FIN or RST, of all connections
     * @param data what was found in the whole packets of the sample
     * @param atSwitch what was found in the heads at the servers' switch
     * @param lost packets that the captures lost
     */
    public record Report(WireReport control, WireReport data, WireReport atSwitch, long lost) {
        /** True if no rule was violated in any. */
        public boolean clean() {
            return violations() == 0;
        }

        /** Violations of all rules in all captures. */
        public long violations() {
            return control.violations() + data.violations() + atSwitch.violations();
        }

        @Override
        public String toString() {
            return "control: "
                    + control
                    + "\ndata: "
                    + data
                    + "\nat the switch: "
                    + atSwitch
                    + "\nlost by the captures: "
                    + lost;
        }
    }

    private Captures(Lab lab, InetSocketAddress service, boolean all) {
        String address = service.getAddress().getHostAddress();
        this.lab = lab;
        this.service = address + ":" + service.getPort();
        this.directory = SwitchCapture.temporaryDirectory();
        String filter = "tcp and host " + address + " and port " + service.getPort();
        ServiceFilter names = new ServiceFilter(service);
        String changes = names.tcp(13) + " & 7 != 0";
        // Even, because Linux connects from even ports first; and not the service's own port.
        int bits = (service.getPort() & 0xf) == 6 ? 10 : 6;
        String sample =
                all
                        ? "tcp"
                        : String.format(
                                "%s & 0xf = %d or %s & 0xf = %d",
                                names.tcpWord(0), bits, names.tcpWord(2), bits);
        String device = device(lab, address);
        control = atClient(device, "control.pcap", filter + " and " + changes);
        data = atClient(device, "data.pcap", filter + " and (" + sample + ")");
        heads = SwitchCapture.start(lab, changes + " or " + sample);
    }

    private Capture atClient(String device, String file, String filter) {
        return Capture.start(lab, device, directory.resolve(file), 0, filter);
    }

    /**
     * Starts all; packets are being captured when this returns.
     *
     * @param all true for whole packets of all connections
     */
    public static Captures start(Lab lab, InetSocketAddress service, boolean all) {
        return new Captures(lab, service, all);
    }

    /**
     * Ends all and checks them.
     *
     * @param closingPorts client ports on which the application ends connections by itself
     * @param lostPorts client ports whose connections the service may reset
     */
    public Report stop(Set<Integer> closingPorts, Set<Integer> lostPorts) {
        Capture.settle();
        long lost = control.stop();
        long lostData = data.stop();
        long lostHeads = heads.stop();
        try {
            WireReport controlReport =
                    new WireCheck(service, closingPorts, lostPorts, false).check(control.file());
            WireReport dataReport =
                    new WireCheck(service, closingPorts, lostPorts, lostData == 0)
                            .check(data.file());
            WireReport switchReport = heads.check(closingPorts, lostPorts);
            return new Report(controlReport, dataReport, switchReport, lost + lostData + lostHeads);
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
            if (report.atSwitch().count(WireRule.LOGGED_BEFORE_SENT) > 0) {
                FaultFiles.keepJournals(target);
            }
        } catch (IOException e) {
            throw new LabException("cannot write to " + target, e);
        }
        keep(control.file(), report.control(), target);
        keep(data.file(), report.data(), target);
        keep(heads.file(), report.atSwitch(), target);
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

    @Override
    public void close() {
        control.close();
        data.close();
        heads.close();
        try {
            Files.deleteIfExists(control.file());
            Files.deleteIfExists(data.file());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
