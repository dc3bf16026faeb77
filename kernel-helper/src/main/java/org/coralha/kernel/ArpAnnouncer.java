package org.coralha.kernel;

import java.net.InetAddress;

/** Gratuitous ARP. */
public final class ArpAnnouncer implements AutoCloseable {
    private ArpAnnouncer() {}

    /** Opens the raw socket. */
    public static ArpAnnouncer open(HostInterface port) {
        throw new UnsupportedOperationException("in work");
    }

    /** Sends one gratuitous request and one reply. */
    public void announce(InetAddress address) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("in work");
    }
}
