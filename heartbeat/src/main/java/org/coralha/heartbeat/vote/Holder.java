package org.coralha.heartbeat.vote;

import org.coralha.pair.HostId;

/** Who may claim the epoch after the one that the witness has on record. */
public enum Holder {
    /** The witness has no record of this pair. */
    NOBODY,
    /** Host a alone. */
    A,
    /** Host b alone. */
    B,
    /** Both hosts, of which the first to ask gets it: they were in duplex. */
    BOTH;

    /** That host alone. */
    public static Holder of(HostId host) {
        return host == HostId.A ? A : B;
    }

    /** True if that host is the only holder. */
    public boolean isOnly(HostId host) {
        return this == of(host);
    }
}
