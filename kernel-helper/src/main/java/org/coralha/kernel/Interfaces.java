package org.coralha.kernel;

import java.net.InetAddress;
import java.util.Optional;

/** Interfaces and neighbours of this host. */
public final class Interfaces {
    private Interfaces() {}

    /** The interface that carries the address. KernelException with remedy if none does. */
    public static HostInterface carrying(InetAddress address) {
        throw new UnsupportedOperationException("in work");
    }

    /** True while the interface is up and has carrier. */
    public static boolean hasCarrier(String interfaceName) {
        throw new UnsupportedOperationException("in work");
    }

    /** The MAC of a neighbour, empty if it did not answer within the time. */
    public static Optional<MacAddress> resolve(
            InetAddress neighbour, HostInterface via, int timeoutMs) {
        throw new UnsupportedOperationException("in work");
    }
}
