package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * The epoch of a reign is on disk before its first packet may leave, and before the peer hears it.
 */
final class EpochOnDiskFirst {
    void says(HostId host, long epoch, long onDisk) {
        if (epoch > onDisk) {
            throw new Broken(getClass(), host + " says epoch " + epoch + ", disk has " + onDisk);
        }
    }

    void begins(HostId host, long epoch, long onDisk) {
        if (epoch > onDisk) {
            throw new Broken(
                    getClass(), host + " sends in epoch " + epoch + ", disk has " + onDisk);
        }
    }
}
