package org.coralha.heartbeat.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/**
 * Decides who serves: one instance per host, pure. Every input is an {@code onX} method that takes
 * the time in nanoseconds of one monotonic clock and answers with a {@link Decision}. Not safe for
 * use by several threads.
 *
 * <p>The order of the actions is safety: persist the epoch, fence or flip the data plane, announce,
 * release (tell the module). A host may lie dead after any of them and the pair stays consistent.
 *
 * <p>The states and their transitions are drawn at {@link HostRole}; {@code RoleTableTest} holds the
 * whole table of states and inputs.
 */
public final class RoleCore {
    private static final int GASP_COPIES = 3;
    private static final int CHANGE_COPIES = 2;

    private final HostId self;
    private final boolean preferred;
    private final Timing timing;
    private final long floor;
    private final PeerSession peer;
    private final Outside outside;
    private final JettyState jetty = new JettyState();
    private final Map<String, Long> counters = new TreeMap<>();

    private HostRole role = HostRole.DETACHED;
    private long epoch;
    private long offerEpoch;
    private boolean carrier = true;
    private boolean addressProven;
    private boolean forwarding;
    private boolean awaitAnswer;
    private long lastTickNs;
    private long roleSinceNs;
    private long noShareBeforeNs;

    /**
     * @param self which host this is
     * @param preferred the host that serves first when both start together
     * @param timing limits
     * @param floor the persisted epoch; no epoch up to it is claimed again
     * @param incarnation random number of this daemon's life, not 0
     * @param nowNs the time
     */
    public RoleCore(
            HostId self,
            HostId preferred,
            Timing timing,
            long floor,
            long incarnation,
            long nowNs) {
        this.self = self;
        this.preferred = self == preferred;
        this.timing = timing;
        this.floor = floor;
        this.peer = new PeerSession(incarnation);
        this.outside = new Outside(timing);
        this.lastTickNs = nowNs;
        this.roleSinceNs = nowNs;
        this.noShareBeforeNs = nowNs;
    }

    // ---- the peer -------------------------------------------------------------------------

    /** An authenticated heartbeat of the peer arrived. */
    public Decision onBeat(PeerBeat beat, long nowNs) {
        PeerSession.Verdict verdict = peer.accept(beat);
        if (verdict != PeerSession.Verdict.FRESH) {
            count("beat." + verdict.name().toLowerCase(java.util.Locale.ROOT));
            return Decision.stay(role);
        }
        if (!role.name().startsWith("CUT_")) {
            outside.calm();
        }
        if (!beat.configMatches() && (role == HostRole.DETACHED || role == HostRole.IDLE)) {
            return new Decision(
                    role,
                    List.of(new Action.Refuse(beat.configProblem())),
                    "refused to pair: " + beat.configProblem());
        }
        if (beat.lastGasp() && beat.epoch() < epoch && role.engaged()) {
            count("last_gasp.stale_epoch");
            return Decision.stay(role);
        }
        if (beat.role().serves() && role.engaged()) {
            if (beat.epoch() > epoch && !(role == HostRole.IDLE)) {
                return fence("deposed: the peer serves in epoch " + beat.epoch(), false);
            }
            if (beat.epoch() < epoch) {
                count("beat.stale_epoch");
                return Decision.stay(role, new Action.Announce(1, false));
            }
        }
        return onFreshBeat(beat, nowNs);
    }

    private Decision onFreshBeat(PeerBeat beat, long nowNs) {
        return switch (role) {
            case DETACHED -> Decision.stay(role);
            case FENCED -> endForwarding(beat);
            case IDLE -> beat.role() == ServiceRole.PRIMARY ? join(beat, nowNs) : idle(nowNs);
            case SIMPLEX -> maySharewith(beat, nowNs) ? share(nowNs) : Decision.stay(role);
            case SHARING ->
                    canJoin(beat)
                            ? Decision.stay(role)
                            : dropBackup("the peer is not ready to join any more", nowNs);
            case OFFERING -> offered(beat, nowNs);
            case PRIMARY ->
                    isBackup(beat)
                            ? Decision.stay(role)
                            : dropBackup("the backup says that it is " + beat.role(), nowNs);
            case JOINING, BACKUP -> primarySays(beat, nowNs);
            case CUT_PRIMARY, CUT_SIMPLEX -> cutSays(beat, nowNs);
        };
    }

    private Decision offered(PeerBeat beat, long nowNs) {
        if (isBackup(beat)) {
            return become(
                    HostRole.PRIMARY,
                    "duplex: the peer is the backup in epoch " + epoch,
                    nowNs,
                    new Action.Plane(Mode.PRIMARY),
                    new Action.Announce(1, false),
                    new Action.ReserveEpoch(claim()));
        }
        return canJoin(beat)
                ? Decision.stay(role)
                : dropBackup("the peer left while it was offered the backup's place", nowNs);
    }

    private Decision primarySays(PeerBeat beat, long nowNs) {
        return switch (beat.role()) {
            case PRIMARY, BACKUP -> Decision.stay(role);
            case SIMPLEX -> fence("dropped: the peer serves alone", false);
            case IDLE, FENCED ->
                    takeOver(
                            (beat.lastGasp() ? "last gasp" : "heartbeat")
                                    + " of the primary says "
                                    + beat.role(),
                            nowNs);
        };
    }

    private Decision cutSays(PeerBeat beat, long nowNs) {
        if (isBackup(beat)) {
            // It has all that this host has, and may take over the moment it hears of the fence.
            return Decision.stay(role, new Action.Announce(1, false));
        }
        boolean peerIsOut = beat.role() == ServiceRole.IDLE || beat.role() == ServiceRole.FENCED;
        return peerIsOut && carrier
                ? serve("connected again, the peer does not serve", nowNs)
                : Decision.stay(role);
    }

    private boolean isBackup(PeerBeat beat) {
        return beat.role() == ServiceRole.BACKUP && beat.epoch() == epoch;
    }

    private boolean canJoin(PeerBeat beat) {
        return beat.role() == ServiceRole.IDLE
                && beat.jettyReady()
                && beat.configMatches()
                && beat.logLink()
                && jetty.hasLogLink();
    }

    private boolean maySharewith(PeerBeat beat, long nowNs) {
        return canJoin(beat)
                && carrier
                && !jetty.rolePending()
                && nowNs - noShareBeforeNs >= 0;
    }

    private Decision share(long nowNs) {
        offerEpoch = claim();
        jetty.told(offerEpoch, ServiceRole.PRIMARY, nowNs + timing.roleLimitNs());
        String reason = "the peer is ready to join in epoch " + offerEpoch;
        return become(
                HostRole.SHARING,
                reason,
                nowNs,
                new Action.PersistEpoch(offerEpoch),
                new Action.TakeRole(offerEpoch, ServiceRole.PRIMARY, reason, false));
    }

    private Decision join(PeerBeat beat, long nowNs) {
        if (beat.epoch() <= Math.max(epoch, floor) || !jetty.hasLogLink() || !carrier) {
            return Decision.stay(role);
        }
        epoch = beat.epoch();
        jetty.told(epoch, ServiceRole.BACKUP, nowNs + timing.roleLimitNs());
        String reason = "the peer offers the backup's place in epoch " + epoch;
        return become(
                HostRole.JOINING,
                reason,
                nowNs,
                new Action.PersistEpoch(epoch),
                new Action.TakeRole(epoch, ServiceRole.BACKUP, reason, false));
    }

    private Decision endForwarding(PeerBeat beat) {
        boolean needed = !(beat.role() == ServiceRole.SIMPLEX && beat.addressProven());
        if (!forwarding || needed) {
            return Decision.stay(role);
        }
        forwarding = false;
        return Decision.stay(role, new Action.Plane(Mode.FENCED));
    }

    // ---- time and reachability ------------------------------------------------------------

    /**
     * Time has passed. Due every {@link Timing#tickNs}; a tick that comes later than twice that
     * counts as two ticks of silence only, because this host, too, was not there to hear.
     */
    public Decision onTick(long nowNs) {
        long elapsedNs = Math.max(0, nowNs - lastTickNs);
        if (elapsedNs > 2 * timing.tickNs()) {
            count("tick.late");
            elapsedNs = 2 * timing.tickNs();
        }
        lastTickNs = nowNs;
        peer.silent(elapsedNs);
        jetty.silent(elapsedNs);
        if (jetty.attached() && jetty.pulseSilenceNs() > timing.pulseLimitNs()) {
            return jettyGone("Jetty does not pulse");
        }
        if (jetty.roleOverdue(nowNs)) {
            return jettyGone("Jetty did not take the role " + jetty.role() + " in time");
        }
        if (role == HostRole.OFFERING && nowNs - roleSinceNs > timing.joinLimitNs()) {
            return dropBackup("the peer did not accept the offer in time", nowNs);
        }
        return judge(nowNs);
    }

    /**
     * An outside host answered.
     *
     * @param sentNs time at which the answered probe was sent
     */
    public Decision onOutsideAnswer(long sentNs, long nowNs) {
        outside.answered(sentNs);
        return judge(nowNs);
    }

    /** The interface lost or regained its carrier. */
    public Decision onCarrier(boolean up, long nowNs) {
        if (carrier == up) {
            return Decision.stay(role);
        }
        carrier = up;
        return !up && role.sends() ? cut("carrier lost", nowNs) : Decision.stay(role);
    }

    /** An outside host answered a ping from the advertised address. */
    public Decision onAddressProven(long nowNs) {
        addressProven = role.sends();
        return Decision.stay(role);
    }

    /** The last decision could not persist its epoch: nothing after it was done. */
    public Decision onPersistFailed(String problem, long nowNs) {
        return fence("cannot persist the epoch: " + problem, false);
    }

    private Decision judge(long nowNs) {
        if (!needsJudgement(nowNs) || peer.silenceNs() < timing.suspicionNs() || !carrier) {
            return Decision.stay(role);
        }
        if (peer.silenceNs() >= timing.silenceNs()) {
            if (outside.reachable(nowNs)) {
                return peerIsGone(nowNs);
            }
            if (role.sends() && peer.silenceNs() >= timing.cutNs()) {
                return cut("neither the peer nor an outside host answers", nowNs);
            }
        }
        return outside.probe(nowNs)
                .map(probe -> Decision.stay(role, probe))
                .orElseGet(() -> Decision.stay(role));
    }

    private boolean needsJudgement(long nowNs) {
        return switch (role) {
            case DETACHED, FENCED -> false;
            case IDLE -> !peer.present() || true;
            case CUT_PRIMARY, CUT_SIMPLEX -> true;
            case SIMPLEX, SHARING, OFFERING, PRIMARY, JOINING, BACKUP -> peer.present();
        };
    }

    private Decision peerIsGone(long nowNs) {
        return switch (role) {
            case JOINING, BACKUP -> takeOver("the primary is silent", nowNs);
            case SHARING, OFFERING, PRIMARY -> dropBackup("the peer is silent", nowNs);
            case CUT_PRIMARY, CUT_SIMPLEX -> connectedAgain(nowNs);
            default -> Decision.stay(role);
        };
    }

    private Decision connectedAgain(long nowNs) {
        if (awaitAnswer) {
            // The peer gets a whole silence limit to say what it did in the meantime.
            awaitAnswer = false;
            peer.restartSilence();
            outside.calm();
            return Decision.stay(role);
        }
        return serve("connected again, the peer is silent", nowNs);
    }

    private Decision idle(long nowNs) {
        return Decision.stay(role);
    }

    // ---- Jetty ----------------------------------------------------------------------------

    /** A Jetty process was accepted: it is watched, but cannot take a role yet. */
    public Decision onJettyAttached(long processId, long nowNs) {
        jetty.attach(processId);
        return Decision.stay(role);
    }

    private Decision jettyGone(String why) {
        return fence(why, true);
    }

    private Decision fence(String why, boolean jettyIsGone) {
        return Decision.stay(role);
    }

    private Decision cut(String why, long nowNs) {
        return Decision.stay(role);
    }

    private Decision serve(String why, long nowNs) {
        return Decision.stay(role);
    }

    private Decision takeOver(String why, long nowNs) {
        return Decision.stay(role);
    }

    private Decision dropBackup(String why, long nowNs) {
        return Decision.stay(role);
    }

    private long claim() {
        return self.nextEpochAfter(Math.max(Math.max(epoch, floor), peer.highestEpoch()));
    }

    private void count(String name) {
        counters.merge(name, 1L, Long::sum);
    }

    private Decision become(HostRole next, String reason, long nowNs, Action... actions) {
        role = next;
        return new Decision(next, new ArrayList<>(List.of(actions)), reason);
    }
}
