package org.coralha.kernel;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;

/**
 * The eBPF data plane of one service on this host, as the daemon drives it. Programs and maps are
 * pinned and outlive the process that loaded them; closing this object leaves them in force.
 *
 * <p>All methods may be called from any thread. Errors of the kernel are {@link KernelException}s
 * that name operation, object, errno and remedy.
 */
public interface DataPlane extends AutoCloseable {
    /** What the data plane does with the packets of the service: one map write switches it. */
    enum Mode {
        /** Drops everything of the service in both directions; does not answer for its address. */
        FENCED,
        /** Ordinary host that owns the advertised address; promoted flows are translated. */
        SIMPLEX,
        /** Takes the peer's copies, answers clients directly; does not answer for the address. */
        PRIMARY,
        /** Owns the address, copies every client packet to the peer, transmits nothing itself. */
        BACKUP,
        /**
         * Owns the address, sends every client packet to the peer, keeps none: local Jetty is dead.
         */
        FORWARD_ONLY
    }

    /**
     * Switches the mode atomically. BACKUP to SIMPLEX is the promotion: each flow's translation is
     * fixed by its first packet after the switch, and no acknowledgement changes it in between.
     *
     * <p>After the crash of a watched process every mode but FORWARD_ONLY acts as FENCED until
     * {@link #clearFlows}, so that a switch that comes too late cannot undo the fence.
     */
    void mode(Mode mode);

    /**
     * Why packets of the service pass by this data plane, whatever its mode, or by this host's
     * stack: its filters, the interface that they were attached to, or the advertised address are
     * gone. Empty if nothing does.
     *
     * @throws KernelException if the kernel does not say
     */
    Optional<String> breach();

    /** The mode in force: FENCED after a crash, whatever was set. */
    Mode mode();

    /** A lease without end, for a data plane that no daemon drives. */
    long UNLIMITED = Long.MAX_VALUE;

    /**
     * Lets this host speak for the service until then: later the kernel keeps in what own stack
     * sends in SIMPLEX and PRIMARY, and what claims the advertised address in every mode, whether
     * any process runs or not. A data plane that was never given a lease has none.
     *
     * @param untilNs on {@link #leaseClockNs}
     */
    void lease(long untilNs);

    /** The end of the lease in force, 0 if there was none. */
    long lease();

    /** Now, in nanoseconds since boot. Goes on while the host is suspended. */
    long leaseClockNs();

    /** Sets where copies go and whose copies are accepted. */
    void peer(MacAddress peer);

    /**
     * The flows that this host replicates or has been promoted for. After a promotion the acked
     * offset is frozen at the value that the translation is built on.
     */
    List<FlowSnapshot> flows();

    /**
     * The open connections that only this host knows: begun while it served alone, or taken over.
     * They end with this host. Empty unless this host serves.
     */
    List<FlowKey> unreplicated();

    /**
     * Sends clients the acknowledgements that were kept back for the peer, once the peer is given
     * up and the mode is SIMPLEX. Without it each of these clients waits for its own timer. Bounded
     * in number and in time; does not block.
     *
     * @return how many were sent
     */
    default int payOwed() {
        return 0;
    }

    /**
     * Forgets all flows, destroys what the kernel still holds of them in the calling thread's
     * network namespace, and forgets that a watched process crashed: for a host that starts anew.
     * The mode does not change; it must be FENCED, or resets reach the clients. Takes little more
     * than a second at most.
     *
     * @throws KernelException if something of them may be left; what is can be forgotten later
     */
    void clearFlows();

    /**
     * Deletes entries of flows that are closed for longer than {@code closedForMs}; returns how
     * many.
     */
    int sweep(long closedForMs);

    /**
     * From now on the end of this process, unless {@link #unwatch} came first, fences the service.
     * If it has ended already, that is done now and the listener is called by this thread.
     */
    void watch(long processId);

    /** Ends the watch: a later end of the process is expected. */
    void unwatch(long processId);

    /** Processes watched now, also those that an earlier daemon left. */
    List<Long> watched();

    /** Every named counter of the data plane, summed over processors. */
    Map<String, Long> counters();

    /** Frees handles of this process. The pinned programs go on. */
    @Override
    void close();
}
