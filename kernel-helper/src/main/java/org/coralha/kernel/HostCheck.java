package org.coralha.kernel;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.coralha.kernel.jna.NativeLibraries;

/** Finds out what this host lacks to be one of a pair. Changes nothing. */
public final class HostCheck {
    private static final Path RELEASE = Path.of("/proc/sys/kernel/osrelease");
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
    private static final Path BPFFS = Path.of("/sys/fs/bpf");
    private static final Path ARP_IGNORE_OF_ALL = Path.of("/proc/sys/net/ipv4/conf/all/arp_ignore");
    private static final String CAPABILITIES = "CapEff:";

    private HostCheck() {}

    /**
     * Every finding that needs no interface: kernel, ARP, capabilities, libbpf, tools, self-test.
     */
    public static List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(facts().findings());
        findings.add(libbpf());
        findings.add(tool("ip"));
        findings.add(tool("tc"));
        if (findings.stream().allMatch(Finding::ok)) {
            findings.add(selfTest());
        }
        return findings;
    }

    /** Every finding, also carrier and programs of others on that interface. */
    public static List<Finding> findings(String interfaceName) {
        List<Finding> findings = new ArrayList<>(findings());
        try {
            HostInterface port = Interfaces.named(interfaceName);
            findings.add(
                    Interfaces.hasCarrier(interfaceName)
                            ? Finding.good("carrier", interfaceName)
                            : Finding.bad(
                                    "carrier",
                                    interfaceName + " has none",
                                    "plug in the cable, ip link set up"));
            findings.add(precedence(port));
        } catch (KernelException e) {
            findings.add(Finding.bad("interface", e.getMessage(), "name one that ip link shows"));
        }
        return findings;
    }

    /** Every finding about a host that is to serve that address by that interface. */
    public static List<Finding> findings(
            String interfaceName, InetAddress service, List<InetAddress> outside) {
        List<Finding> findings = new ArrayList<>(findings(interfaceName));
        if (service instanceof Inet6Address) {
            try {
                findings.addAll(Ipv6Facts.read(interfaceName, service, outside).findings());
            } catch (KernelException e) {
                findings.add(Finding.bad("IPv6", e.getMessage(), "run ip -6 route by hand"));
            }
        }
        return findings;
    }

    private static Finding precedence(HostInterface port) {
        List<String> found = ForeignFilters.inTheWay(port);
        return found.isEmpty()
                ? Finding.good("precedence", "no program of others on " + port.name())
                : Finding.bad(
                        "precedence",
                        String.join(", ", found),
                        "remove it or give it a tc preference above "
                                + ForeignFilters.OWN_PRIORITY);
    }

    private static Finding selfTest() {
        try {
            SwallowSelfTest.prove();
            return Finding.good("self-test", "a swallowed packet is gone, clsact works");
        } catch (KernelException e) {
            return Finding.bad("self-test", e.getMessage(), "use a kernel with clsact and cls_bpf");
        }
    }

    private static Finding libbpf() {
        return NativeLibraries.loadError()
                .map(error -> Finding.bad("libbpf.so.1", error, "apt-get install libbpf1"))
                .orElseGet(() -> Finding.good("libbpf.so.1", "loadable"));
    }

    private static Finding tool(String name) {
        for (String directory : List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")) {
            if (Files.isExecutable(Path.of(directory, name))) {
                return Finding.good(name, directory + "/" + name);
            }
        }
        return Finding.bad(name, "not installed", "apt-get install iproute2");
    }

    private static HostFacts facts() {
        return new HostFacts(
                read(RELEASE).strip(),
                capabilities(read(STATUS)),
                Files.exists(BTF),
                bpffs(),
                number(read(ARP_IGNORE_OF_ALL)));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }

    /** The effective capabilities in the text of /proc/self/status; 0 if it names none. */
    static long capabilities(String status) {
        return status.lines()
                .filter(line -> line.startsWith(CAPABILITIES))
                .map(
                        line ->
                                Long.parseUnsignedLong(
                                        line, CAPABILITIES.length() + 1, line.length(), 16))
                .findFirst()
                .orElse(0L);
    }

    private static boolean bpffs() {
        try {
            return Files.getFileStore(BPFFS).type().equals("bpf");
        } catch (IOException e) {
            return false;
        }
    }
}
