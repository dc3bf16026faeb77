package org.coralha.heartbeat.core;

import java.util.ArrayList;
import java.util.List;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/**
 * The transitions of {@link HostRole}: each sets the new state and lists what must be done, in the
 * order persist, fence or flip, announce, release. {@link RoleCore} decides which one and when.
 */
final class Reign {
    private static final int GASP_COPIES = 3;
    private static final int CHANGE_COPIES = 2;

    final JettyState jetty = new JettyState();
    private final HostId self;
    private final Timing timing;
    private final long floor;
    private final PeerSession peer;
    private final SoleRight sole;

    private HostRole role = HostRole.DETACHED;
    private long sinceNs;
    private long epoch;
    private long epochBefore;
    private long offerEpoch;
    private long noShareBeforeNs;
    private boolean addressProven;
    private boolean forwarding;
    private boolean stoodBy;
    private boolean yielding;
    private boolean leaving;
    private long granted;
    private long seenByWitness;

    Reign(HostId self, Timing timing, long floor, PeerSession peer, SoleRight sole, long nowNs) {
        this.self = self;
        this.timing = timing;
        this.floor = floor;
        this.peer = peer;
        this.sole = sole;
        this.sinceNs = nowNs;
        this.noShareBeforeNs = nowNs;
    }

    HostRole role() {
        return role;
    }

    /** The highest epoch in which this host took part since its daemon started. */
    long epoch() {
        return epoch;
    }

    /** The highest epoch that this host may have used before its daemon started. */
    long floor() {
        return floor;
    }

    long inRoleForNs(long nowNs) {
        return nowNs - sinceNs;
    }

    boolean mayShareAgain(long nowNs) {
        return nowNs - noShareBeforeNs >= 0 && !jetty.rolePending();
    }

    boolean addressProven() {
        return addressProven;
    }

    void addressIsProven() {
        addressProven = role.sends();
    }

    /** Jetty is ready: the host may join or serve. */
    Decision ready(long nowNs) {
        jetty.ready(nowNs);
        return become(HostRole.IDLE, "Jetty is ready", nowNs, new Action.Announce(1, false));
    }

    /** A new Jetty: flows, and the crash, of its predecessor are forgotten. */
    Decision reattached(long nowNs) {
        forwarding = false;
        return become(
                HostRole.DETACHED,
                "a new Jetty is attached",
                nowNs,
                new Action.Plane(Mode.FENCED),
                new Action.ClearFlows());
    }

    /** From nothing, or after a cut: serve alone in a new epoch. */
    Decision serve(String why, long nowNs) {
        return simplex(why, false, nowNs);
    }

    /** The primary is gone: the backup carries its connections on. */
    Decision takeOver(String why, long nowNs) {
        noShareBeforeNs = nowNs + timing.settleNs();
        return simplex(why, true, nowNs);
    }

    /** The backup, or the peer that was to become one, is gone. */
    Decision dropBackup(String why, long nowNs) {
        noShareBeforeNs = nowNs + timing.retryNs();
        return simplex(why, false, nowNs);
    }

    private Decision simplex(String why, boolean withFlows, long nowNs) {
        epochBefore = epoch;
        epoch = granted > 0 ? granted : nextClaim();
        granted = 0;
        sole.begin(epoch);
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.PersistEpoch(epoch));
        actions.add(new Action.Plane(Mode.SIMPLEX));
        actions.add(new Action.Announce(CHANGE_COPIES, false));
        if (jetty.role() != ServiceRole.SIMPLEX) {
            tell(epoch, ServiceRole.SIMPLEX, why, withFlows, nowNs, actions);
        }
        actions.add(new Action.ClaimAddress(true));
        return become(HostRole.SIMPLEX, why, nowNs, actions);
    }

    /** The peer can join: log new flows from now on. */
    Decision share(long nowNs) {
        sole.stays();
        epochBefore = epoch;
        offerEpoch = nextClaim();
        String why = "the peer is ready to join in epoch " + offerEpoch;
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.PersistEpoch(offerEpoch));
        tell(offerEpoch, ServiceRole.PRIMARY, why, false, nowNs, actions);
        return become(HostRole.SHARING, why, nowNs, actions);
    }

    /** The module logs: let the peer in. */
    Decision offer(long nowNs) {
        epoch = offerEpoch;
        List<Action> actions = new ArrayList<>();
        sole.end().ifPresent(actions::add);
        actions.add(new Action.Announce(CHANGE_COPIES, false));
        String why = "the backup's place is offered in epoch " + epoch;
        return become(HostRole.OFFERING, why, nowNs, actions);
    }

    /** The peer is the backup: duplex. */
    Decision primary(long nowNs) {
        return become(
                HostRole.PRIMARY,
                "duplex: the peer is the backup in epoch " + epoch,
                nowNs,
                new Action.Plane(Mode.PRIMARY),
                new Action.Announce(1, false),
                new Action.ReserveEpoch(nextClaim()));
    }

    /** The peer offers the backup's place. */
    Decision join(long offered, long nowNs) {
        epochBefore = epoch;
        epoch = offered;
        String why = "the peer offers the backup's place in epoch " + epoch;
        List<Action> actions = new ArrayList<>();
        // A right that is older than this reign, on an operator's word, must not come back beside
        // it.
        sole.end().ifPresent(actions::add);
        actions.add(new Action.PersistEpoch(epoch));
        tell(epoch, ServiceRole.BACKUP, why, false, nowNs, actions);
        return become(HostRole.JOINING, why, nowNs, actions);
    }

    /** The module stands by: take the packets of the clients. */
    Decision backup(long nowNs) {
        return become(
                HostRole.BACKUP,
                "duplex: this host is the backup in epoch " + epoch,
                nowNs,
                new Action.Plane(Mode.BACKUP),
                new Action.Announce(CHANGE_COPIES, false),
                new Action.ClaimAddress(false),
                new Action.ReserveEpoch(nextClaim()));
    }

    /** Nobody can be reached: send nothing, keep everything. */
    Decision cut(String why, long nowNs) {
        stoodBy = role.stoodBy();
        return become(
                role == HostRole.PRIMARY ? HostRole.CUT_PRIMARY : HostRole.CUT_SIMPLEX,
                why,
                nowNs,
                new Action.Plane(Mode.FENCED),
                new Action.Announce(1, false));
    }

    /** An operator moves the service: send nothing from now on and ask the peer to take over. */
    Decision handOver(String why, long nowNs) {
        yielding = true;
        stoodBy = true;
        return become(
                HostRole.CUT_PRIMARY,
                why,
                nowNs,
                new Action.Plane(Mode.FENCED),
                new Action.Announce(GASP_COPIES, false));
    }

    /** True if the peer had replicas of the connections that this host, now cut off, keeps. */
    boolean wasStoodBy() {
        return stoodBy;
    }

    /**
     * True if the peer may have put its replicas to use and have ended since: what it sent then was
     * never logged here. A daemon that started anew only knows what it had persisted, which a
     * backup does before it takes over: so that counts as well.
     */
    boolean mayBeReplacedBy(PeerBeat beat) {
        return (stoodBy || role.stoodBy()) && Math.max(beat.epoch(), beat.floor()) > epoch;
    }

    /** True while the peer is asked to take the service over. */
    boolean yielding() {
        return yielding;
    }

    /** From now on the host leaves the pair at the next opportunity, instead of joining again. */
    void wantsToLeave() {
        leaving = true;
    }

    /** An operator takes the host out: Jetty ends, then this daemon. */
    Decision leave(String why, long nowNs) {
        leaving = true;
        List<Action> actions = fencing(true);
        if (jetty.attached()) {
            actions.add(new Action.Unwatch(jetty.processId()));
            actions.add(new Action.TakeRole(epoch, ServiceRole.FENCED, why, false));
            actions.add(new Action.KillJetty(jetty.processId(), false));
        }
        handRight(actions);
        if (!forwarding) {
            actions.add(new Action.End());
        }
        jetty.detach();
        return become(HostRole.FENCED, why, nowNs, actions);
    }

    /** True while clients' packets are still passed to the primary before the daemon ends. */
    boolean leavesLater() {
        return leaving && forwarding;
    }

    /** The peer serves: Jetty gives its connections up and starts anew, without a new process. */
    Decision retire(String why, long nowNs) {
        if (leaving) {
            return leave(why, nowNs);
        }
        List<Action> actions = new ArrayList<>();
        jetty.unready();
        tell(epoch, ServiceRole.IDLE, why, false, nowNs, actions);
        actions.add(new Action.Announce(1, false));
        return become(HostRole.DETACHED, why, nowNs, actions);
    }

    /** Jetty has given its connections up. */
    Decision retired() {
        return Decision.stay(role, new Action.ClearFlows());
    }

    /** Jetty's process is dead or must die: fence before anything of it reaches a client. */
    Decision fenceAndKill(String why, boolean backupDied, long nowNs) {
        long processId = jetty.processId();
        List<Action> actions = fencing(backupDied);
        if (jetty.attached()) {
            actions.add(new Action.Unwatch(processId));
            actions.add(new Action.KillJetty(processId, true));
        }
        jetty.detach();
        return become(HostRole.FENCED, why, nowNs, actions);
    }

    /** The epoch of the last decision is not on disk: this host never took part in it. */
    void takeEpochBack() {
        offerEpoch = Math.max(offerEpoch, epoch);
        sole.beginFailed(epoch, epochBefore);
        epoch = epochBefore;
    }

    /** Jetty, or this daemon, was told to stop: the peer first, then the release of Jetty. */
    Decision step(String why, boolean endJetty, long nowNs) {
        List<Action> actions = fencing(!endJetty);
        if (jetty.attached()) {
            actions.add(new Action.Unwatch(jetty.processId()));
            if (!endJetty || role.engaged()) {
                actions.add(new Action.TakeRole(epoch, ServiceRole.FENCED, why, false));
            }
            if (endJetty && role.engaged()) {
                actions.add(new Action.KillJetty(jetty.processId(), false));
            }
        }
        if (endJetty) {
            handRight(actions);
        }
        jetty.detach();
        return become(HostRole.FENCED, why, nowNs, actions);
    }

    /** This daemon ends: a peer that only waits for this host must not wait for its return. */
    private void handRight(List<Action> actions) {
        if (sole.held() && peer.waitsToServe()) {
            sole.handOver(actions, new Action.Announce(GASP_COPIES, true));
        }
    }

    private List<Action> fencing(boolean mayForward) {
        // A backup whose kernel lives goes on passing packets to the primary: no client waits until
        // the router has learned the primary's address.
        forwarding = mayForward && role == HostRole.BACKUP;
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.Plane(forwarding ? Mode.FORWARD_ONLY : Mode.FENCED));
        actions.add(new Action.Announce(GASP_COPIES, true));
        return actions;
    }

    /** Jetty is gone before it held a role. */
    Decision detach(String why, long nowNs) {
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.Unwatch(jetty.processId()));
        actions.add(new Action.Announce(1, false));
        jetty.detach();
        return become(HostRole.DETACHED, why, nowNs, actions);
    }

    /** The primary has the address: the backup that died need not forward any longer. */
    Decision endForwarding() {
        if (!forwarding) {
            return Decision.stay(role);
        }
        forwarding = false;
        return leaving
                ? Decision.stay(role, new Action.Plane(Mode.FENCED), new Action.End())
                : Decision.stay(role, new Action.Plane(Mode.FENCED));
    }

    /** The epoch in which this host would serve next. */
    long nextClaim() {
        long own = Math.max(Math.max(epoch, offerEpoch), floor);
        return self.nextEpochAfter(Math.max(own, Math.max(peer.highestEpoch(), seenByWitness)));
    }

    /** No epoch up to this one, which the witness has on record, is claimed any more. */
    void witnessHas(long highest) {
        seenByWitness = Math.max(seenByWitness, highest);
    }

    /** The reign that begins now is this one. */
    void use(long grantedEpoch) {
        granted = grantedEpoch;
    }

    /** This host will not stand by in the epoch that it is offered. */
    void decline(long offered) {
        epoch = Math.max(epoch, offered);
    }

    private void tell(
            long inEpoch,
            ServiceRole newRole,
            String why,
            boolean withFlows,
            long nowNs,
            List<Action> actions) {
        jetty.told(inEpoch, newRole, nowNs + timing.roleLimitNs());
        actions.add(new Action.TakeRole(inEpoch, newRole, why, withFlows));
    }

    private Decision become(HostRole next, String why, long nowNs, Action... actions) {
        return become(next, why, nowNs, List.of(actions));
    }

    /** The only place where the role changes. */
    private Decision become(HostRole next, String why, long nowNs, List<Action> actions) {
        role = next;
        peer.nextTurn();
        sinceNs = nowNs;
        yielding &= next == HostRole.CUT_PRIMARY;
        leaving &= next == HostRole.CUT_PRIMARY || next == HostRole.FENCED;
        addressProven = false;
        return new Decision(next, actions, why);
    }
}
