package org.coralha.kernel;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** ICMP echo. */
public final class OutsideProbe {
    /** A probe that sends from that address. */
    public OutsideProbe(InetAddress source) {
        throw new UnsupportedOperationException("in work");
    }

    /** Pings all, returns the first that answered within the time, blocks no longer. */
    public Optional<InetAddress> firstAnswer(List<InetAddress> destinations, int timeoutMs) {
        throw new UnsupportedOperationException("in work");
    }
}
