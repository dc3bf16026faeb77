package org.coralha.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * What was read from a host, judged without touching it.
 *
 * @param release kernel release, as in {@code uname -r}
 * @param effectiveCapabilities bit set of /proc/self/status
 * @param hasBtf whether the kernel describes its types
 * @param bpffsMounted whether /sys/fs/bpf is a bpf file system
 * @param arpIgnoreOfAll net.ipv4.conf.all.arp_ignore, which is the least for every interface
 */
record HostFacts(
        String release,
        long effectiveCapabilities,
        boolean hasBtf,
        boolean bpffsMounted,
        int arpIgnoreOfAll) {
    private static final int NEEDED_MAJOR = 5;
    private static final int NEEDED_MINOR = 17;

    /** Capability names and numbers of linux/capability.h, each with what it is for. */
    private enum Capability {
        CAP_NET_ADMIN(12, "attach filters, set addresses"),
        CAP_NET_RAW(13, "gratuitous ARP and ICMP probes"),
        CAP_SYS_ADMIN(21, "self-test in a network namespace of its own"),
        CAP_PERFMON(38, "read task structures in the crash fence"),
        CAP_BPF(39, "load eBPF programs");

        private final int bit;
        private final String purpose;

        Capability(int bit, String purpose) {
            this.bit = bit;
            this.purpose = purpose;
        }
    }

    /** Kernel, types, bpffs, the answers to ARP and each capability, one finding each. */
    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(kernel());
        findings.add(
                finding(
                        hasBtf,
                        "kernel BTF",
                        "/sys/kernel/btf/vmlinux",
                        "boot a kernel with CONFIG_DEBUG_INFO_BTF=y, as Debian's are"));
        findings.add(
                finding(
                        bpffsMounted,
                        "bpffs",
                        "bpf file system at /sys/fs/bpf",
                        "mount -t bpf bpf /sys/fs/bpf"));
        findings.add(
                arpIgnoreOfAll == 0
                        ? Finding.good("arp_ignore", "net.ipv4.conf.all.arp_ignore=0")
                        : Finding.bad(
                                "arp_ignore",
                                "net.ipv4.conf.all.arp_ignore="
                                        + arpIgnoreOfAll
                                        + ": nobody would answer ARP for an address on lo",
                                "sysctl -w net.ipv4.conf.all.arp_ignore=0, also in /etc/sysctl.d;"
                                        + " set it for single interfaces where it is needed"));
        for (Capability capability : Capability.values()) {
            findings.add(
                    finding(
                            (effectiveCapabilities >>> capability.bit & 1) == 1,
                            capability.name(),
                            "to " + capability.purpose,
                            "run as root, or grant it (AmbientCapabilities= in the unit)"));
        }
        return findings;
    }

    private static Finding finding(boolean ok, String subject, String detail, String remedy) {
        return ok
                ? Finding.good(subject, detail)
                : Finding.bad(subject, "missing: " + detail, remedy);
    }

    private Finding kernel() {
        String[] number = release.split("[^0-9]+", 3);
        String remedy =
                "boot Linux "
                        + NEEDED_MAJOR
                        + "."
                        + NEEDED_MINOR
                        + " or newer (Debian 12 has 6.1): bpf_loop is needed";
        try {
            int major = Integer.parseInt(number[0]);
            int minor = Integer.parseInt(number[1]);
            boolean ok = major > NEEDED_MAJOR || (major == NEEDED_MAJOR && minor >= NEEDED_MINOR);
            return ok
                    ? Finding.good("kernel", release)
                    : Finding.bad("kernel", release + " is too old", remedy);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return Finding.bad("kernel", "release '" + release + "' is not understood", remedy);
        }
    }
}
