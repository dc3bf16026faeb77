package org.coralha.sim.invariant;

import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/**
 * The packets of clients are replicated only when both modules are ready for it: a backup's keeps
 * what its sockets receive, a primary's logs what it sends.
 */
final class ModuleBeforePlane {
    void flipped(HostId host, Mode mode, ServiceRole module) {
        boolean backup = mode == Mode.BACKUP && module != ServiceRole.BACKUP;
        boolean primary = mode == Mode.PRIMARY && module != ServiceRole.PRIMARY;
        if (backup || primary) {
            throw new Broken(getClass(), host + " is switched to " + mode + ", module " + module);
        }
    }
}
