package org.coralha.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Puts the advertised address on this host. It lies on the loopback interface of both hosts of the
 * pair; the data plane decides who answers ARP for it.
 */
public final class AdvertisedAddress {
    private static final String LOOPBACK = "lo";
    private static final List<String> ALREADY_THERE =
            List.of("File exists", "Address already assigned");
    private static final List<String> ALREADY_GONE =
            List.of("Cannot assign requested address", "Address not found");
    private static final Path SYSCTLS = Path.of("/proc/sys/net/ipv4/conf");

    private AdvertisedAddress() {}

    /**
     * Adds the address as a /32 to lo; no error if it is there. Sets on the interface what the
     * address needs: own ARP requests never name it as sender (arp_announce=2), and requests for it
     * are answered although it is on lo (arp_ignore=0).
     *
     * @throws KernelException if the kernel refuses
     */
    public static void add(InetAddress address, String interfaceName) {
        Map<String, String> needed = Map.of("arp_announce", "2", "arp_ignore", "0");
        needed.forEach((name, value) -> sysctl(interfaceName, name, value));
        Command.Result result = change("add", address);
        if (result.status() != 0 && ALREADY_THERE.stream().noneMatch(result.output()::contains)) {
            throw failed("add", address, result);
        }
    }

    /**
     * Removes the address from lo; no error if it is gone.
     *
     * @throws KernelException if the kernel refuses
     */
    public static void remove(InetAddress address) {
        Command.Result result = change("del", address);
        if (result.status() != 0 && ALREADY_GONE.stream().noneMatch(result.output()::contains)) {
            throw failed("remove", address, result);
        }
    }

    private static Command.Result change(String verb, InetAddress address) {
        return Command.run(
                "ip", "address", verb, address.getHostAddress() + "/32", "dev", LOOPBACK);
    }

    private static void sysctl(String interfaceName, String name, String value) {
        Path file = SYSCTLS.resolve(interfaceName).resolve(name);
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new KernelException(
                    "set", file + " to " + value + " (" + e + ")", 0, "run as root");
        }
    }

    private static KernelException failed(String verb, InetAddress address, Command.Result result) {
        return new KernelException(
                verb + " advertised address",
                address.getHostAddress() + " on lo (" + result.output() + ")",
                0,
                "run as root with CAP_NET_ADMIN");
    }
}
