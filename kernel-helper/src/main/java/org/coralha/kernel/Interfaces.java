package org.coralha.kernel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.coralha.kernel.jna.InterfaceQuery;

/** Interfaces and neighbours of this host, in the network namespace of the calling thread. */
public final class Interfaces {
    private static final Path NEIGHBOURS = Path.of("/proc/thread-self/net/arp");
    private static final Path IPV6_ADDRESSES = Path.of("/proc/thread-self/net/if_inet6");
    private static final int COMPLETE = 0x2;
    private static final int DISCARD_PORT = 9;
    private static final long POLL_MS = 5;
    private static final long POKE_EVERY = 40;

    private Interfaces() {}

    /**
     * The interface that carries an address.
     *
     * @throws KernelException if none does, or it is no Ethernet interface
     */
    public static HostInterface carrying(InetAddress address) {
        if (address instanceof Inet6Address) {
            String hex = HexFormat.of().formatHex(address.getAddress());
            return ipv6Addresses().stream()
                    .filter(line -> line[0].equals(hex))
                    .findFirst()
                    .map(line -> named(line[5]))
                    .orElseThrow(() -> nowhere(address));
        }
        try {
            NetworkInterface found = NetworkInterface.getByInetAddress(address);
            if (found == null) {
                throw nowhere(address);
            }
            return describe(found.getName(), found.getIndex());
        } catch (SocketException e) {
            throw failed(address.getHostAddress(), e);
        }
    }

    /**
     * @throws KernelException if there is no such interface or it is no Ethernet interface
     */
    static HostInterface named(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new KernelException(
                                        "find interface", name, 0, "name one that ip link shows"));
    }

    private static KernelException nowhere(InetAddress address) {
        return new KernelException(
                "find the interface of",
                address.getHostAddress(),
                0,
                "give this host that address, or name this host's own address in"
                        + " host.a.address or host.b.address");
    }

    /**
     * Address, number, prefix, scope, flags and name of each. What java.net knows of IPv6 is of the
     * network namespace of the process, whatever that of the thread is.
     */
    static List<String[]> ipv6Addresses() {
        try {
            return Files.readAllLines(IPV6_ADDRESSES).stream()
                    .map(line -> line.trim().split("\\s+", -1))
                    .filter(field -> field.length == 6)
                    .toList();
        } catch (IOException e) {
            return List.of(); // no IPv6 here
        }
    }

    /**
     * True if this host has the address.
     *
     * @throws KernelException if the kernel does not say
     */
    static boolean has(InetAddress address) {
        if (address instanceof Inet6Address) {
            String hex = HexFormat.of().formatHex(address.getAddress());
            return ipv6Addresses().stream().anyMatch(line -> line[0].equals(hex));
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            throw failed(address.getHostAddress(), e);
        }
    }

    /**
     * The address that an interface has in IPv6 without anybody giving it one.
     *
     * @throws KernelException if it has none
     */
    static InetAddress linkLocal(HostInterface port) {
        for (String[] line : ipv6Addresses()) {
            if (line[5].equals(port.name()) && line[0].startsWith("fe80")) {
                try {
                    return InetAddress.getByAddress(HexFormat.of().parseHex(line[0]));
                } catch (UnknownHostException e) {
                    throw new IllegalStateException("16 bytes are an address", e);
                }
            }
        }
        throw new KernelException(
                "serve an IPv6 address on",
                port.name() + ", which has no link-local address",
                0,
                "sysctl -w net.ipv6.conf." + port.name() + ".disable_ipv6=0");
    }

    /** The interface of that name. */
    static Optional<HostInterface> find(String name) {
        return InterfaceQuery.index(name).map(index -> describe(name, index));
    }

    private static HostInterface describe(String name, int index) {
        byte[] mac =
                InterfaceQuery.ethernetAddress(name)
                        .orElseThrow(
                                () ->
                                        new KernelException(
                                                "use interface",
                                                name + ", which has no Ethernet address",
                                                0,
                                                "use an Ethernet interface"));
        return new HostInterface(name, index, MacAddress.of(mac));
    }

    private static KernelException failed(String object, SocketException cause) {
        return new KernelException(
                "read interface", object + " (" + cause + ")", 0, "check it with ip link");
    }

    /** True while the interface is up and has carrier; one system call, no waiting. */
    public static boolean hasCarrier(String interfaceName) {
        return InterfaceQuery.hasCarrier(interfaceName);
    }

    /**
     * The Ethernet address of a host on the same network, asked for by a datagram to its discard
     * port. Blocks until it is known, at most {@code timeoutMs}.
     *
     * @return empty if the neighbour did not answer in time
     */
    public static Optional<MacAddress> resolve(
            InetAddress neighbour, HostInterface via, int timeoutMs) {
        long endNs = System.nanoTime() + timeoutMs * 1_000_000L;
        for (long round = 0; ; round++) {
            if (round % POKE_EVERY == 0) {
                poke(neighbour);
            }
            Optional<MacAddress> mac = known(neighbour, via);
            if (mac.isPresent() || System.nanoTime() - endNs >= 0) {
                return mac;
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }

    private static void poke(InetAddress neighbour) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(
                    new DatagramPacket(
                            new byte[1], 1, new InetSocketAddress(neighbour, DISCARD_PORT)));
        } catch (IOException e) {
            // No route, or refused: the table of neighbours says whether it helped.
        }
    }

    private static Optional<MacAddress> known(InetAddress neighbour, HostInterface via) {
        if (neighbour instanceof Inet6Address) {
            // No file of /proc has these.
            return findIpv6(
                    Command.run(
                                    "ip",
                                    "-6",
                                    "neighbour",
                                    "show",
                                    "to",
                                    neighbour.getHostAddress(),
                                    "dev",
                                    via.name())
                            .output());
        }
        try {
            return find(Files.readAllLines(NEIGHBOURS), neighbour.getHostAddress(), via.name());
        } catch (IOException e) {
            throw new KernelException("read", NEIGHBOURS + " (" + e + ")", 0, "mount /proc");
        }
    }

    /** The Ethernet address in what {@code ip neighbour show} says of one neighbour. */
    static Optional<MacAddress> findIpv6(String line) {
        String[] field = line.trim().split("\\s+", -1);
        for (int i = 0; i + 2 < field.length; i++) {
            if (field[i].equals("lladdr") && !field[field.length - 1].equals("FAILED")) {
                return Optional.of(
                        MacAddress.of(HexFormat.ofDelimiter(":").parseHex(field[i + 1])));
            }
        }
        return Optional.empty();
    }

    /** The complete entry of an address in the lines of /proc/net/arp. */
    static Optional<MacAddress> find(List<String> lines, String address, String interfaceName) {
        for (String line : lines) {
            String[] field = line.trim().split("\\s+", -1);
            if (field.length >= 6
                    && field[0].equals(address)
                    && field[5].equals(interfaceName)
                    && (Integer.decode(field[2]) & COMPLETE) != 0) {
                return Optional.of(MacAddress.of(HexFormat.ofDelimiter(":").parseHex(field[3])));
            }
        }
        return Optional.empty();
    }
}
