package org.coralha.heartbeat.core;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/**
 * Decides who serves: one instance per host, pure. Every input is an {@code onX} method that takes
 * the time in nanoseconds of one monotonic clock and answers with a {@link Decision}. Not safe for
 * use by several threads.
 *
 * <p>The order of the actions is safety: persist the epoch, fence or flip the data plane, announce,
 * release (tell the module). A host may fall dead after any of them and the pair stays consistent.
 *
 * <p>The states are drawn at {@link HostRole}; {@code RoleTableTest} holds the whole table of
 * states and inputs; {@link BeatRules} and {@link Vigil} know what heartbeats and silence mean,
 * {@link Reign} lists the actions of each transition.
 */
public final class RoleCore {
    private final Timing timing;
    private final PeerSession peer;
    private final Reign reign;
    private final Vigil vigil;
    private final BeatRules rules;
    private final JettyState jetty;
    private final Pause pause;
    private final Orders orders;
    private final SoleRight sole;
    private final Succession succession;
    private final Picture picture;
    private final Map<String, Long> counters = new TreeMap<>();
    private long lastTickNs;
    private long stalledMs;

    /** A host of a pair without a witness. */
    public RoleCore(
            HostId self,
            HostId preferred,
            Timing timing,
            long floor,
            long incarnation,
            long nowNs) {
        this(self, preferred, timing, floor, incarnation, Witnessed.NO, nowNs);
    }

    /**
     * @param self which host this is
     * @param preferred the host that serves first when both start together
     * @param timing limits
     * @param floor the persisted epoch; no epoch up to it is claimed again
     * @param incarnation random number of this daemon's life, not 0
     * @param witness whether the pair has a witness, and what of it is on disk
     * @param nowNs the time
     */
    public RoleCore(
            HostId self,
            HostId preferred,
            Timing timing,
            long floor,
            long incarnation,
            Witnessed witness,
            long nowNs) {
        this.timing = timing;
        this.peer = new PeerSession(incarnation);
        this.sole = new SoleRight(witness.isThere(), witness.soleEpoch());
        this.reign = new Reign(self, timing, floor, peer, sole, nowNs);
        this.pause = new Pause(self);
        this.succession = new Succession(witness.isThere(), self, timing, peer, reign, sole, nowNs);
        this.vigil = new Vigil(timing, peer, reign, pause, succession);
        this.rules = new BeatRules(self == preferred, timing, peer, vigil, reign, succession, sole);
        this.jetty = reign.jetty;
        this.orders = new Orders(timing, peer, reign, vigil, pause, succession);
        this.picture = new Picture(peer, reign, vigil, pause, succession);
        this.lastTickNs = nowNs;
    }

    /** The role now. */
    public HostRole role() {
        return reign.role();
    }

    /** What heartbeats must say now. */
    public OwnBeat beat() {
        return picture.beat(lastTickNs);
    }

    /** The last of this daemon's heartbeats that a peer that does not serve has counted, or 0. */
    public long echoed() {
        return peer.countedEcho();
    }

    /** What there is to see from outside. */
    public CoreView view() {
        return picture.view(Map.copyOf(counters), lastTickNs);
    }

    // ---- the peer -------------------------------------------------------------------------

    /** An authenticated heartbeat of the peer arrived. */
    public Decision onBeat(PeerBeat beat, long nowNs) {
        PeerSession.Verdict verdict = peer.accept(beat, reign.epoch());
        if (verdict != PeerSession.Verdict.FRESH) {
            return ignore("beat." + verdict.name().toLowerCase(Locale.ROOT));
        }
        vigil.heard(nowNs);
        succession.heard();
        boolean listens = listens(nowNs);
        rules.counted(listens, nowNs);
        pause.hear(beat.pause(), nowNs);
        if (!role().engaged()) {
            return listens ? ignore("beat.listening") : rules.atRest(beat, nowNs);
        }
        if (beat.lastGasp() && beat.epoch() < reign.epoch()) {
            return ignore("last_gasp.stale_epoch");
        }
        if (beat.role().serves() && beat.epoch() > reign.epoch()) {
            String why = "the peer serves in epoch " + beat.epoch();
            sole.lose();
            return reign.yielding()
                    ? reign.retire(why, nowNs)
                    : reign.fenceAndKill("deposed: " + why, false, nowNs);
        }
        if (beat.role().serves() && beat.epoch() < reign.epoch()) {
            if (role() == HostRole.CUT_SIMPLEX && !listens) {
                return reign.fenceAndKill("the peer serves, this host is cut off", false, nowNs);
            }
            count("beat.stale_epoch");
            return stay(new Action.Announce(1, false));
        }
        return listens ? ignore("beat.listening") : rules.inRole(beat, nowNs);
    }

    /**
     * True while this host, after it did not run for so long that the peer may serve by now, has
     * not heard enough to know: what waits in its queues may be older than that.
     */
    private boolean listens(long nowNs) {
        long limitNs = role().sends() ? timing.dozeNs() : timing.silenceNs();
        if (nowNs - lastTickNs >= limitNs) {
            vigil.slept(nowNs - lastTickNs, nowNs);
        }
        return vigil.listens(nowNs);
    }

    // ---- time and reachability ------------------------------------------------------------

    /**
     * Time has passed: due every {@link Timing#tickNs}. A later tick counts as two ticks of silence
     * at most, because this host was not there to hear anything either.
     */
    public Decision onTick(long nowNs) {
        long elapsedNs = Math.max(0, nowNs - lastTickNs);
        if (elapsedNs > 2 * timing.tickNs()) {
            count("tick.late");
            listens(nowNs);
            vigil.missed(elapsedNs);
            elapsedNs = 2 * timing.tickNs();
        }
        lastTickNs = nowNs;
        peer.silent(elapsedNs);
        jetty.silent(elapsedNs);
        if (pause.takeEnd(nowNs)) {
            jetty.pulse();
            return vigil.pauseOver(nowNs);
        }
        if (jetty.isReady() && jetty.hangs(timing.pulseLimitNs()) && !pause.isPaused()) {
            // It may hang for ever and keep its connection: only its end makes room for another.
            return reign.fenceAndKill(jetty.silenceText(), true, nowNs);
        }
        if (jetty.roleOverdue(nowNs)) {
            return reign.fenceAndKill(
                    "Jetty did not take the role " + jetty.role() + " in time", true, nowNs);
        }
        if (stalledMs > 0 && !vigil.listens(nowNs)) {
            return onLogStalled(stalledMs, nowNs);
        }
        boolean offered = role() == HostRole.OFFERING && vigil.hears(nowNs);
        boolean overdue = reign.inRoleForNs(nowNs) > timing.joinLimitNs();
        if (offered && overdue && !succession.drops()) {
            return succession.drop("the peer did not accept the offer in time", nowNs);
        }
        if (reign.leavesLater() && reign.inRoleForNs(nowNs) > timing.joinLimitNs()) {
            return reign.endForwarding();
        }
        return succession.onTick(vigil.judge(nowNs), nowNs);
    }

    /**
     * An outside host answered.
     *
     * @param sentNs the time in the {@link Action.ProbeOutside} that was answered
     */
    public Decision onOutsideAnswer(long sentNs, long nowNs) {
        return listens(nowNs)
                ? ignore("outside_answer.listening")
                : vigil.onOutsideAnswer(sentNs, nowNs);
    }

    /** The interface of this host lost or regained its carrier. */
    public Decision onCarrier(boolean up, long nowNs) {
        return vigil.onCarrier(up, nowNs);
    }

    /** The witness answered an {@link Action.AskWitness}; whoever calls knows that it is true. */
    public Decision onWitnessAnswer(WitnessAnswer answer, long nowNs) {
        count("witness." + answer.verdict().name().toLowerCase(Locale.ROOT));
        return succession.onAnswer(answer, nowNs);
    }

    /** An outside host answered a ping from the advertised address. */
    public Decision onAddressProven(long nowNs) {
        reign.addressIsProven();
        return stay();
    }

    /** What the last decision had to persist could not be: nothing after that was done. */
    public Decision onPersistFailed(String problem, long nowNs) {
        if (!succession.persistFailed() && role().engaged()) {
            reign.takeEpochBack();
        }
        return role().engaged()
                ? reign.fenceAndKill("cannot persist the epoch: " + problem, false, nowNs)
                : stay();
    }

    /**
     * What is left of earlier connections could not be cleared, and would come out when this host
     * serves: the next Jetty begins with the next try.
     */
    public Decision onClearFailed(String problem, long nowNs) {
        return jetty.attached()
                ? reign.fenceAndKill("cannot clear old connections: " + problem, true, nowNs)
                : stay();
    }

    // ---- Jetty ----------------------------------------------------------------------------

    /** A Jetty process was accepted and is watched from now on; it cannot take a role yet. */
    public Decision onJettyAttached(long processId, long nowNs) {
        boolean free = role() == HostRole.FENCED || role() == HostRole.DETACHED;
        if (free && !reign.leavesLater()) {
            jetty.attach(processId);
            return reign.reattached(nowNs);
        }
        return stay();
    }

    /** Jetty can take any role. */
    public Decision onJettyReady(long nowNs) {
        jetty.pulse();
        return role() == HostRole.DETACHED && jetty.attached() ? reign.ready(nowNs) : stay();
    }

    /** A sign of life of Jetty. */
    public Decision onPulse(long nowNs) {
        jetty.pulse();
        return stay();
    }

    /**
     * Jetty, which has not pulsed for a while, could have run and got no processor: that time is
     * the machine's and not Jetty's, up to {@link JettyState#WAIT_LIMITS} pulse limits between two
     * pulses.
     */
    public Decision onProcessorWait(long processId, long waitedNs, long nowNs) {
        if (processId != jetty.processId()) {
            return ignore("processor_wait.unknown");
        }
        count("jetty.processor_wait");
        jetty.waited(waitedNs);
        return stay();
    }

    /** The reply log reached, or lost, the peer's module. */
    public Decision onLogLink(boolean up, long nowNs) {
        jetty.logLink(up);
        boolean joining = role() == HostRole.SHARING || role() == HostRole.OFFERING;
        return !up && joining && !listens(nowNs) && vigil.hears(nowNs)
                ? succession.drop("the reply log lost the peer", nowNs)
                : stay();
    }

    /**
     * The backup has not acknowledged a record for longer than allowed. One that is not heard
     * either is judged by its silence: it may be this host that is cut off, and the backup that
     * serves.
     */
    public Decision onLogStalled(long oldestUnackedMs, long nowNs) {
        if (listens(nowNs)) {
            stalledMs = oldestUnackedMs;
            return ignore("log_stalled.listening");
        }
        stalledMs = 0;
        if (pause.isPaused()) {
            return ignore("log_stalled.paused");
        }
        if (!vigil.hears(nowNs)) {
            return ignore("log_stalled.peer_silent");
        }
        return switch (role()) {
            case SHARING, OFFERING, PRIMARY ->
                    succession.drop(
                            "the backup has not acknowledged for " + oldestUnackedMs + " ms",
                            nowNs);
            default -> ignore("log_stalled.ignored");
        };
    }

    /** The module says that a role is in force. */
    public Decision onRoleTaken(long epoch, ServiceRole taken, long nowNs) {
        if (!jetty.took(epoch, taken)) {
            return ignore("role_taken.stale");
        }
        return switch (role()) {
            case SHARING -> reign.offer(nowNs);
            case JOINING -> reign.backup(nowNs);
            case DETACHED -> reign.retired();
            default -> stay();
        };
    }

    /** The connection to that Jetty process is gone. */
    public Decision onJettyLost(long processId, String why, long nowNs) {
        return processId == jetty.processId() ? jettyGone(why, nowNs) : ignore("lost.unknown");
    }

    /** A watched process ended; the kernel has fenced the service already. */
    public Decision onCrash(long processId, int exitStatus, long nowNs) {
        if (processId != jetty.processId() && !role().engaged()) {
            return ignore("crash.unknown");
        }
        return jettyGone("process " + processId + " ended with status " + exitStatus, nowNs);
    }

    /** Jetty was told to stop; it waits to be told {@link ServiceRole#FENCED}. */
    public Decision onJettyStopping(String why, long nowNs) {
        return jetty.attached() ? reign.step("Jetty stops: " + why, false, nowNs) : stay();
    }

    // ---- an operator ----------------------------------------------------------------------

    /**
     * Move the service to the peer. A refusal changes nothing and is the decision's reason.
     *
     * @param unprotected open connections that the peer does not replicate
     * @param force move although they are lost
     */
    public Decision onSwitchover(int unprotected, boolean force, long nowNs) {
        return orders.switchover(unprotected, force, nowNs);
    }

    /** Take this host out of the pair, then end the daemon; refusals as with a switchover. */
    public Decision onStop(int unprotected, boolean force, long nowNs) {
        return orders.stop(unprotected, force, nowNs);
    }

    /** Draw no conclusions from silence for this time; a refusal is the decision's reason. */
    public Decision onPause(long forNs, long nowNs) {
        return orders.pause(forNs, nowNs);
    }

    /** Draw conclusions from silence again, from now on. */
    public Decision onResume(long nowNs) {
        return orders.resume(nowNs);
    }

    /** An operator says that the peer is off; a refusal is the decision's reason. */
    public Decision onServe(long nowNs) {
        listens(nowNs); // what waits in the queues of a sleeper may say that the peer is on
        return orders.serve(nowNs);
    }

    /** This daemon was told to stop. */
    public Decision onShutdown(long nowNs) {
        return reign.step("the daemon stops", true, nowNs);
    }

    private Decision jettyGone(String why, long nowNs) {
        if (role().engaged()) {
            return reign.fenceAndKill(why, true, nowNs);
        }
        return role() == HostRole.FENCED ? stay() : reign.detach(why, nowNs);
    }

    private Decision stay(Action... actions) {
        return Decision.stay(role(), actions);
    }

    private Decision ignore(String counter) {
        count(counter);
        return stay();
    }

    private void count(String name) {
        counters.merge(name, 1L, Long::sum);
    }
}
