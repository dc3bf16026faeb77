package org.coralha.pair;

/**
 * Name of one of the two hosts of a pair, as the keys {@code host.a.*} and {@code host.b.*} use it.
 */
public enum HostId {
    A,
    B;

    /** The other host of the pair. */
    public HostId peer() {
        return this == A ? B : A;
    }

    /** Lower-case name as it stands in configuration keys and in the status JSON. */
    public String key() {
        return this == A ? "a" : "b";
    }

    /**
     * The epochs that this host may claim: odd ones for a, even ones for b, so that two hosts that
     * decide at the same moment can never reign in the same epoch.
     *
     * @param epoch highest epoch known, 0 or more
     * @return the lowest epoch above {@code epoch} that belongs to this host
     */
    public long nextEpochAfter(long epoch) {
        long parity = this == A ? 1 : 0;
        long next = Math.addExact(epoch, 1);
        return next % 2 == parity ? next : Math.addExact(next, 1);
    }
}
