package org.coralha.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Version of IP that a test runs over, and the addresses of its networks. */
enum Family {
    IPV4("10.79.%d.%s", 24, "10.0.0.100", "10.0.9.1", "10.0.0.11", "10.0.0.1"),
    IPV6("fd79:%d::%s", 64, "fd00:a::100", "fd00:9::1", "fd00:a::11", "fd00:a::1");

    private final String pattern;

    /** Length of a subnet's prefix. */
    final int prefix;

    /** What PacketLab's packets carry. */
    final byte[] service;

    final byte[] client;
    final byte[] host;
    final byte[] router;

    Family(String pattern, int prefix, String service, String client, String host, String router) {
        this.pattern = pattern;
        this.prefix = prefix;
        this.service = raw(service);
        this.client = raw(client);
        this.host = raw(host);
        this.router = raw(router);
    }

    /** A host's address on one of the subnets of TwoHosts: 1 is the client's, 2 the servers'. */
    String at(int subnet, int host) {
        return String.format(pattern, subnet, host);
    }

    private static byte[] raw(String literal) {
        try {
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
