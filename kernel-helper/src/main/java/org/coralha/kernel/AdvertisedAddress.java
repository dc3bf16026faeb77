package org.coralha.kernel;

import java.net.InetAddress;

/** The advertised address on this host. */
public final class AdvertisedAddress {
    private AdvertisedAddress() {}

    /** Puts the /32 on lo; no error if it is there. */
    public static void add(InetAddress address, String interfaceName) {
        throw new UnsupportedOperationException("in work");
    }

    /** Removes it; no error if it is gone. */
    public static void remove(InetAddress address) {
        throw new UnsupportedOperationException("in work");
    }
}
