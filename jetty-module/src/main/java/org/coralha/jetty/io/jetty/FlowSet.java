package org.coralha.jetty.io.jetty;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.coralha.jetty.core.EndSpread;
import org.coralha.pair.FlowKey;
import org.coralha.pair.ServiceRole;

/** The open connections that execute requests on this host. Safe from any thread. */
final class FlowSet {
    private final Set<FlowEndPoint> open = ConcurrentHashMap.newKeySet();
    private final Supplier<ServiceRole> role;
    private final LongSupplier primarySinceNanos;
    private volatile Set<FlowKey> unreplicated = Set.of();

    /**
     * @param primarySinceNanos when this host became the primary, by {@link System#nanoTime()};
     *     asked only while it is
     */
    FlowSet(Supplier<ServiceRole> role, LongSupplier primarySinceNanos) {
        this.role = role;
        this.primarySinceNanos = primarySinceNanos;
    }

    void add(FlowEndPoint flow) {
        open.add(flow);
        flow.whenUpgradedClosed(() -> open.remove(flow));
    }

    void remove(FlowEndPoint flow) {
        open.remove(flow);
    }

    /** What the data plane says: flows that the backup does not have, logged or not. */
    void unreplicated(Set<FlowKey> keys) {
        unreplicated = keys;
    }

    /**
     * True for a connection that is not protected although there is a backup, once its moment after
     * the beginning of the pair has come.
     */
    boolean shouldEnd(FlowEndPoint flow, FlowKey key) {
        return role.get() == ServiceRole.PRIMARY
                && (!flow.out().isProtected() || unreplicated.contains(key))
                && EndSpread.STANDARD.isDue(key, primarySinceNanos.getAsLong(), System.nanoTime());
    }

    void releaseHeld() {
        for (FlowEndPoint flow : open) {
            flow.out().release();
        }
    }

    void closeAll(Throwable cause) {
        open.forEach(flow -> flow.cut(cause));
    }

    int count() {
        return open.size();
    }

    long protectedCount() {
        return open.stream().filter(flow -> flow.out().isProtected()).count();
    }
}
