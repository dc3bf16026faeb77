package org.coralha.drill.lab;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How programs name the service and its packets, in either version of IP. Filters of tcpdump cannot
 * look into TCP behind IPv6 by name; there are no extension headers in the lab.
 */
public final class ServiceFilter {
    private static final int IPV6_HEADER_BYTES = 40;
    private static final int TARGET_AT = IPV6_HEADER_BYTES + 8;

    private final InetSocketAddress service;
    private final boolean six;

    /**
     * @param service the advertised address and port
     */
    public ServiceFilter(InetSocketAddress service) {
        this.service = service;
        six = service.getAddress() instanceof Inet6Address;
    }

    /** The address without brackets. */
    public String address() {
        return service.getAddress().getHostAddress();
    }

    /** What a URL begins with. */
    public String url() {
        return "http://" + hostAndPort();
    }

    /** Address and port in one word; an IPv6 address has brackets. */
    String hostAndPort() {
        return (six ? "[" + address() + "]" : address()) + ":" + service.getPort();
    }

    /** The word of nft and ip for the family. */
    public String family() {
        return six ? "ip6" : "ip";
    }

    /** One byte of a TCP header. */
    String tcp(int at) {
        return six ? "ip6[" + (IPV6_HEADER_BYTES + at) + "]" : "tcp[" + at + "]";
    }

    /** Two bytes of a TCP header. */
    String tcpWord(int at) {
        return six ? "ip6[" + (IPV6_HEADER_BYTES + at) + ":2]" : "tcp[" + at + ":2]";
    }

    /** For nft: longer than any headers of IP, which has no options here, and TCP. */
    String withPayload() {
        return six ? "ip6 length > 60" : "ip length > 80";
    }

    /** ICMP of the family. */
    String icmp() {
        return six ? "icmp6" : "icmp";
    }

    /** Whatever claims the address: ARP that names it as sender, or a neighbour advertisement. */
    String claims() {
        ByteBuffer raw = ByteBuffer.wrap(service.getAddress().getAddress());
        if (!six) {
            return String.format(Locale.ROOT, "(arp and arp[14:4] = 0x%08x)", raw.getInt());
        }
        List<String> parts =
                new ArrayList<>(List.of("icmp6", "ip6[" + IPV6_HEADER_BYTES + "] = 136"));
        for (int at = TARGET_AT; raw.hasRemaining(); at += 4) {
            parts.add(String.format(Locale.ROOT, "ip6[%d:4] = 0x%08x", at, raw.getInt()));
        }
        return "(" + String.join(" and ", parts) + ")";
    }
}
