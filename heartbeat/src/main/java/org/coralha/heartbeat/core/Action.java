package org.coralha.heartbeat.core;

import org.coralha.heartbeat.vote.Standing;
import org.coralha.kernel.DataPlane;
import org.coralha.pair.ServiceRole;

/**
 * One effect of a {@link Decision}. The shell performs the actions of a decision in their order, on
 * one thread; if one of them fails for good, the rest is not performed.
 */
public sealed interface Action {
    /** Make sure that no epoch up to this one is ever claimed again, also after a crash. */
    record PersistEpoch(long epoch) implements Action {}

    /**
     * Persist an epoch that may be claimed soon, so that the claim need not wait for the disk. A
     * failure is only counted: the claim itself will find it.
     */
    record ReserveEpoch(long epoch) implements Action {}

    /**
     * Persist that this host is the only one that may begin the next reign, or with 0 that it is
     * not. A failure is only counted.
     */
    record KeepSole(long epoch) implements Action {}

    /** Persist that another host may begin the next reign; nothing follows if that fails. */
    record EndSole() implements Action {}

    /**
     * Ask the witness, or tell it what this host is, without blocking; feed {@link
     * RoleCore#onWitnessAnswer}.
     *
     * @param life the life of the witness that is known, 0 if none
     * @param standing what this host is in {@code epoch}
     * @param epoch the last epoch in which this host took part
     * @param wanted the epoch that this host wants to begin alone, already persisted; 0 for a
     *     report
     */
    record AskWitness(long life, Standing standing, long epoch, long wanted) implements Action {}

    /** Switch the data plane. A mode that does not own the address ends {@link ClaimAddress}. */
    record Plane(DataPlane.Mode mode) implements Action {}

    /** Forget the flows of the data plane, and that a process crashed. */
    record ClearFlows() implements Action {}

    /**
     * Send heartbeats with the new state at once.
     *
     * @param copies how many, each with its own sequence number
     * @param lastGasp whether the peer must act on it without waiting for silence
     */
    record Announce(int copies, boolean lastGasp) implements Action {}

    /**
     * Tell the module its role.
     *
     * @param epoch epoch in which the role holds
     * @param role the role
     * @param reason one line for the module's log
     * @param withFlows whether to read the data plane's flows and send them along (promotion)
     */
    record TakeRole(long epoch, ServiceRole role, String reason, boolean withFlows)
            implements Action {}

    /**
     * Announce the advertised address by gratuitous ARP, repeatedly and without blocking.
     *
     * @param prove repeat until an outside host answers a ping from the advertised address, then
     *     feed {@link RoleCore#onAddressProven}
     */
    record ClaimAddress(boolean prove) implements Action {}

    /**
     * Ping every outside host once without blocking; feed {@link RoleCore#onOutsideAnswer}.
     *
     * @param sentNs time of this probe, to be handed back with the answer
     */
    record ProbeOutside(long sentNs) implements Action {}

    /** The end of this process is no crash any more. */
    record Unwatch(long processId) implements Action {}

    /**
     * End the Jetty process.
     *
     * @param processId which
     * @param force SIGKILL instead of SIGTERM
     */
    record KillJetty(long processId, boolean force) implements Action {}

    /** This host has left the pair on an operator's order: exit with code 0. */
    record End() implements Action {}

    /** This daemon must not go on beside this peer: say why and exit with code 2. */
    record Refuse(String problem) implements Action {}
}
