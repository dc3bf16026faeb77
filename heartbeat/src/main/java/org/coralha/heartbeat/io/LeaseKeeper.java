package org.coralha.heartbeat.io;

import java.util.function.Supplier;
import org.coralha.heartbeat.core.Lease;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.KernelException;

/**
 * Keeps the lease of the data plane in step with the rules: one write to the kernel for each
 * renewal. A renewal that fails is counted, and the service falls silent when the lease is over.
 * Safe from any thread.
 */
final class LeaseKeeper {
    private final Lease lease;
    private final Supplier<DataPlane> plane;
    private final Counters counters;
    private long writtenNs;

    LeaseKeeper(Lease lease, Supplier<DataPlane> plane, Counters counters) {
        this.lease = lease;
        this.plane = plane;
        this.counters = counters;
    }

    /** A heartbeat is about to leave. */
    synchronized void sending(long sequence) {
        lease.sending(sequence, plane.get().leaseClockNs());
        write();
    }

    /** The peer has counted that heartbeat; 0 for none. */
    synchronized void echoed(long sequence) {
        lease.echoed(sequence);
        write();
    }

    /** The peer may take over from now on. */
    synchronized void byEcho() {
        lease.byEcho();
    }

    /** Nobody stands by from now on. */
    synchronized void byOwn() {
        lease.byOwn(plane.get().leaseClockNs());
        write();
    }

    private void write() {
        long untilNs = lease.untilNs();
        if (untilNs <= writtenNs) {
            return;
        }
        try {
            plane.get().lease(untilNs);
            writtenNs = untilNs;
        } catch (KernelException e) {
            counters.count("lease.write_failed");
        }
    }
}
