package org.coralha.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a host that is to serve an IPv6 address has of IPv6, judged without touching it.
 *
 * @param interfaceName of the pair's network
 * @param service the advertised address
 * @param addresses fields of the lines of /proc/net/if_inet6: address, number, prefix, scope, flags
 *     and name
 * @param routes what {@code ip -6 route get} says, by the host that it was asked about
 */
record Ipv6Facts(
        String interfaceName,
        InetAddress service,
        List<String[]> addresses,
        Map<String, String> routes) {
    /** Somewhere on the Internet, where only a default route leads to. */
    private static final String FAR_AWAY = "2000::1";

    private static final int GLOBAL = 0;

    /** Deprecated, or found to be a duplicate: no source of a packet. */
    private static final int UNFIT = 0x20 | 0x08;

    /** Reads them in the network namespace of the calling thread; needs the program ip. */
    static Ipv6Facts read(String interfaceName, InetAddress service, List<InetAddress> outside) {
        Map<String, String> routes = new LinkedHashMap<>();
        routes.put(FAR_AWAY, route(FAR_AWAY, service));
        for (InetAddress host : outside) {
            if (host instanceof Inet6Address) {
                routes.put(host.getHostAddress(), route(host.getHostAddress(), service));
            }
        }
        return new Ipv6Facts(interfaceName, service, Interfaces.ipv6Addresses(), routes);
    }

    private static String route(String target, InetAddress service) {
        String source = service.getHostAddress();
        Command.Result found = Command.run("ip", "-6", "route", "get", target, "from", source);
        return found.status() == 0 ? found.output() : "";
    }

    /** Own address and routes, one finding each. */
    List<Finding> findings() {
        return List.of(ownAddress(), ways());
    }

    /** Without one the kernel takes the advertised address, though it is deprecated. */
    private Finding ownAddress() {
        String hex = HexFormat.of().formatHex(service.getAddress());
        boolean has =
                addresses.stream()
                        .filter(line -> line[5].equals(interfaceName) && !line[0].equals(hex))
                        .anyMatch(line -> number(line[3]) == GLOBAL && isFit(number(line[4])));
        return has
                ? Finding.good("IPv6 source", interfaceName + " has an address of its own")
                : Finding.bad(
                        "IPv6 source",
                        interfaceName
                                + " has no global IPv6 address of its own: programs of this host"
                                + " would send as "
                                + service.getHostAddress(),
                        "ip address add ADDRESS/PREFIX dev " + interfaceName + ", for ever");
    }

    private static boolean isFit(int flags) {
        return (flags & UNFIT) == 0;
    }

    private static int number(String hex) {
        return Integer.parseInt(hex, 16);
    }

    /** Replies that leave by another interface pass no data plane, those of a backup either. */
    private Finding ways() {
        List<String> astray = new ArrayList<>();
        routes.forEach(
                (target, answer) -> {
                    for (String device : devices(answer)) {
                        if (!device.equals(interfaceName)) {
                            astray.add("to " + target + " by " + device);
                        }
                    }
                });
        return astray.isEmpty()
                ? Finding.good("IPv6 routes", "none leaves by another interface")
                : Finding.bad(
                        "IPv6 routes",
                        "replies of "
                                + service.getHostAddress()
                                + " would leave "
                                + String.join(", ", astray)
                                + " and not by "
                                + interfaceName,
                        "ip -6 route replace default via ROUTER dev "
                                + interfaceName
                                + " with the lowest metric");
    }

    private static TreeSet<String> devices(String answer) {
        TreeSet<String> found = new TreeSet<>();
        String[] word = answer.trim().split("\\s+", -1);
        for (int i = 0; i + 1 < word.length; i++) {
            if (word[i].equals("dev") && !word[i + 1].equals("lo")) {
                found.add(word[i + 1]);
            }
        }
        return found;
    }
}
