package org.coralha.sim.invariant;

import java.util.HashMap;
import java.util.Map;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/**
 * The connections of a duplex reign are carried on by one host only: by the primary that gave its
 * backup up, or by the backup that took over, never by one after the other. What the second one
 * would send was never logged by the first.
 */
final class OneHeir {
    private static final long NONE = 0;

    private final Scene scene;
    private final long[] reignHeld = new long[HostId.values().length];
    private final Map<Long, HostId> heirs = new HashMap<>();

    OneHeir(Scene scene) {
        this.scene = scene;
    }

    void told(HostId host, ServiceRole role, long epoch) {
        switch (role) {
            case PRIMARY -> reignHeld[host.ordinal()] = epoch;
            case SIMPLEX -> carriesOn(host, reignHeld[host.ordinal()]);
            case IDLE, BACKUP, FENCED -> ended(host);
        }
    }

    /** From now on it replicates connections; none, if the reign has ended already. */
    void standsBy(HostId host, long epoch) {
        reignHeld[host.ordinal()] = heirs.containsKey(epoch) ? NONE : epoch;
    }

    /** Its Jetty is gone, and every connection with it. */
    void ended(HostId host) {
        reignHeld[host.ordinal()] = NONE;
    }

    private void carriesOn(HostId host, long reign) {
        HostId before = reign == NONE ? null : heirs.putIfAbsent(reign, host);
        if (before != null && before != host && !scene.isHeirUnknowable()) {
            throw new Broken(
                    getClass(),
                    host + " carries on what " + before + " has carried on since epoch " + reign);
        }
    }
}
