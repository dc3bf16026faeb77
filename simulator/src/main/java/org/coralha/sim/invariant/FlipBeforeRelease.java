package org.coralha.sim.invariant;

import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/** A module is told to serve alone only when the data plane has been switched. */
final class FlipBeforeRelease {
    void told(HostId host, ServiceRole role, Mode mode) {
        if (role == ServiceRole.SIMPLEX && mode != Mode.SIMPLEX) {
            throw new Broken(getClass(), host + " is told to serve in mode " + mode);
        }
    }
}
