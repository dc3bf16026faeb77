package org.coralha.kernel;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts the advertised address on this host; both hosts of the pair have it, and the data plane
 * decides who answers for it. An IPv4 address lies on the loopback interface. An IPv6 address lies
 * on the interface of the network itself, because the kernel answers for no other there; without
 * duplicate address detection, for there is a duplicate, and deprecated, so that nothing on this
 * host uses it as a source by itself if the interface has another address of its scope.
 */
public final class AdvertisedAddress {
    private static final String LOOPBACK = "lo";
    private static final List<String> ALREADY_THERE =
            List.of("file exists", "address already assigned");
    private static final List<String> ALREADY_GONE =
            List.of("cannot assign requested address", "address not found");
    private static final Path SYSCTLS = Path.of("/proc/sys/net");

    private AdvertisedAddress() {}

    /**
     * Adds the address; no error if it is there. Sets on the interface what it needs. IPv4: own ARP
     * requests never name it as sender (arp_announce=2), and requests for it are answered although
     * it is on lo (arp_ignore=0). IPv6: it stays when the interface goes down and up
     * (keep_addr_on_down=1).
     *
     * @throws KernelException if the kernel refuses
     */
    public static void add(InetAddress address, String interfaceName) {
        if (isIpv6(address)) {
            sysctl("ipv6", interfaceName, "keep_addr_on_down", "1");
        } else {
            sysctl("ipv4", interfaceName, "arp_announce", "2");
            sysctl("ipv4", interfaceName, "arp_ignore", "0");
        }
        Command.Result result = change("add", address, interfaceName);
        if (result.status() != 0 && !says(result, ALREADY_THERE)) {
            throw failed("add", address, interfaceName, result);
        }
    }

    /**
     * Removes the address; no error if it is gone.
     *
     * @throws KernelException if the kernel refuses
     */
    public static void remove(InetAddress address, String interfaceName) {
        Command.Result result = change("del", address, interfaceName);
        if (result.status() != 0 && !says(result, ALREADY_GONE)) {
            throw failed("remove", address, interfaceName, result);
        }
    }

    /** That somebody has taken it off this host; empty if it is there. */
    static Optional<String> missing(InetAddress address, String interfaceName) {
        return Interfaces.has(address)
                ? Optional.empty()
                : Optional.of(
                        "the advertised address "
                                + address.getHostAddress()
                                + " was taken off "
                                + place(address, interfaceName));
    }

    /** Kernels and families differ in capital letters. */
    private static boolean says(Command.Result result, List<String> words) {
        String output = result.output().toLowerCase(Locale.ROOT);
        return words.stream().anyMatch(output::contains);
    }

    private static boolean isIpv6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    private static String place(InetAddress address, String interfaceName) {
        return isIpv6(address) ? interfaceName : LOOPBACK;
    }

    private static Command.Result change(String verb, InetAddress address, String interfaceName) {
        List<String> command = new ArrayList<>(List.of("ip", "address", verb));
        command.add(address.getHostAddress() + (isIpv6(address) ? "/128" : "/32"));
        command.addAll(List.of("dev", place(address, interfaceName)));
        if (isIpv6(address) && verb.equals("add")) {
            command.addAll(List.of("nodad", "preferred_lft", "0"));
        }
        return Command.run(command.toArray(String[]::new));
    }

    private static void sysctl(String version, String interfaceName, String name, String value) {
        Path file = SYSCTLS.resolve(version).resolve("conf").resolve(interfaceName).resolve(name);
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new KernelException(
                    "set", file + " to " + value + " (" + e + ")", 0, "run as root");
        }
    }

    private static KernelException failed(
            String verb, InetAddress address, String interfaceName, Command.Result result) {
        return new KernelException(
                verb + " advertised address",
                address.getHostAddress()
                        + " on "
                        + place(address, interfaceName)
                        + " ("
                        + result.output()
                        + ")",
                0,
                "run as root with CAP_NET_ADMIN");
    }
}
