package org.coralha.kernel;

import java.net.InetSocketAddress;

/**
 * The sockets of a dead Jetty that the kernel keeps to finish their connections. The connections
 * have moved to the other host, but a client that uses a port again would meet the old socket here
 * instead of a listener, and what it still has to say would go out after the next promotion.
 */
final class StaleSockets {
    /** What is left then is for the next try: the daemon's decisions wait for this. */
    private static final long LIMIT_MS = 1000;

    private StaleSockets() {}

    /**
     * Destroys every connection of the service on this host; listeners stay. Takes a second at
     * most.
     *
     * @throws KernelException if the kernel cannot do that, or not in time
     */
    static void destroy(InetSocketAddress service) {
        String address = service.getAddress().getHostAddress();
        String source =
                (address.contains(":") ? "[" + address + "]" : address) + ":" + service.getPort();
        Command.require(
                LIMIT_MS,
                "the kernel needs CONFIG_INET_DIAG_DESTROY, the daemon CAP_NET_ADMIN",
                "ss",
                "-K",
                "-H",
                "-n",
                "-t",
                "state",
                "connected",
                "src",
                source);
    }
}
