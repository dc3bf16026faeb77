package org.coralha.sim.invariant;

import org.coralha.pair.HostId;

/**
 * No host takes a datagram that its peer, or the witness, has not sent it as it is; nor does the
 * witness.
 */
final class OnlyThePairIsHeard {
    void taken(HostId host, String what, boolean genuine) {
        if (!genuine) {
            throw new Broken(getClass(), host + " takes " + what + " that was not sent to it so");
        }
    }
}
