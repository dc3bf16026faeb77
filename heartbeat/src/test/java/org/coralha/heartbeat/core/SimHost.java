package org.coralha.heartbeat.core;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/** One simulated host: the real core, a simulated daemon shell, kernel, disk and Jetty. */
final class SimHost {
    final HostId id;
    final SimPair pair;
    RoleCore core;
    Mode plane = Mode.FENCED;
    boolean cable = true;
    boolean outside = true;
    boolean daemon;
    boolean paused;
    boolean jettyAlive;
    boolean jettyReady;
    boolean autoRestart;
    boolean persistFails;
    double mute;
    Lease lease;
    ServiceRole moduleRole = ServiceRole.IDLE;
    String refused = "";
    String lastReason = "";
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    final Queue<Runnable> unread = new ArrayDeque<>();
    private SimDisk disk = new SimDisk(0, 0);
    private long life;
    private long sequence;
    private long echoIncarnation;
    private long echoSequence;
    private long jettyPid = 100;
    private long highestReign;

    SimHost(SimPair pair, HostId id) {
        this.pair = pair;
        this.id = id;
    }

    long life() {
        return life;
    }

    HostRole role() {
        return core.role();
    }

    boolean sends() {
        return daemon && SimPair.sending(plane) && pair.nowNs() < lease.untilNs();
    }

    void boot() {
        startDaemon();
        startJetty();
    }

    void startDaemon() {
        daemon = true;
        paused = false;
        plane = Mode.FENCED;
        sequence = 0;
        echoIncarnation = 0;
        echoSequence = 0;
        waiting.clear();
        unread.clear();
        long born = ++life;
        lease = new Lease(SimPair.TIMING);
        core =
                new RoleCore(
                        id,
                        HostId.A,
                        SimPair.TIMING,
                        disk.epoch(),
                        incarnation(),
                        new Witnessed(pair.witness != null, disk.sole()),
                        pair.nowNs());
        tickEach(born);
        beatEach(born);
    }

    private long incarnation() {
        return (id.ordinal() + 1) * 1000L + life;
    }

    void startJetty() {
        if (jettyAlive || !daemon) {
            return;
        }
        jettyAlive = true;
        moduleRole = ServiceRole.IDLE;
        long pid = ++jettyPid;
        input(() -> core.onJettyAttached(pid, pair.nowNs()));
        pulseEach(pid);
        pair.after(
                5 * SimPair.MS,
                () -> {
                    if (pid == jettyPid && jettyAlive) {
                        jettyReady = true;
                        input(() -> core.onJettyReady(pair.nowNs()));
                        pair.linkChanged();
                    }
                });
    }

    /** The kernel fences, then the daemon is told. */
    void killJetty() {
        if (!jettyAlive) {
            return;
        }
        long pid = jettyPid;
        endJetty();
        plane = Mode.FENCED;
        input(() -> core.onCrash(pid, 9, pair.nowNs()));
    }

    private void endJetty() {
        jettyAlive = false;
        jettyReady = false;
        moduleRole = ServiceRole.IDLE;
        pair.linkChanged();
        if (autoRestart) {
            pair.after(200 * SimPair.MS, this::startJetty);
        }
    }

    /** SIGKILL of the daemon: the kernel fences, the module gives up, nobody is told. */
    void killDaemon() {
        if (!daemon) {
            return;
        }
        daemon = false;
        life++;
        plane = Mode.FENCED;
        jettyAlive = false;
        jettyReady = false;
        pair.linkChanged();
    }

    void pullCable(boolean noticed) {
        cable = false;
        outside = false;
        pair.linkChanged();
        if (noticed) {
            input(() -> core.onCarrier(false, pair.nowNs()));
        }
    }

    void plugCable() {
        cable = true;
        outside = true;
        pair.linkChanged();
        input(() -> core.onCarrier(true, pair.nowNs()));
    }

    void pause(long forMs) {
        pair.log.add(pair.nowNs() / SimPair.MS + " ms " + id + " stops for " + forMs + " ms");
        paused = true;
        long born = life;
        pair.after(
                forMs * SimPair.MS,
                () -> {
                    if (born == life) {
                        wake();
                        pair.carry(this, nextBeat(false));
                    }
                });
    }

    private void wake() {
        paused = false;
        // The clock may be seen first; the module may overtake the socket, and the reverse.
        if (pair.random.nextBoolean()) {
            input(() -> core.onTick(pair.nowNs()));
        }
        while (!waiting.isEmpty() || !unread.isEmpty()) {
            boolean other = unread.isEmpty() || !waiting.isEmpty() && pair.random.nextBoolean();
            (other ? waiting : unread).remove().run();
        }
    }

    void stopJetty() {
        input(() -> core.onJettyStopping("test", pair.nowNs()));
    }

    void logStalled() {
        input(() -> core.onLogStalled(1000, pair.nowNs()));
    }

    void tellLogLink() {
        if (daemon && jettyReady) {
            boolean up = pair.logLink();
            pair.after(SimPair.MS, () -> input(() -> core.onLogLink(up, pair.nowNs())));
        }
    }

    void receive(PeerBeat beat) {
        if (!daemon) {
            return;
        }
        if (paused) {
            unread.add(() -> receive(beat));
            return;
        }
        echoIncarnation = beat.incarnation();
        echoSequence = beat.sequence();
        input(() -> core.onBeat(beat, pair.nowNs()));
    }

    PeerBeat nextBeat(boolean lastGasp) {
        OwnBeat own = core.beat();
        boolean known = own.countedIncarnation() == echoIncarnation;
        lease.sending(++sequence, pair.nowNs());
        long counted = known ? own.countedSequence() : echoSequence;
        return SimBeat.of(own, incarnation(), sequence, echoIncarnation, counted, known, lastGasp);
    }

    private void tickEach(long born) {
        if (born != life) {
            return;
        }
        if (!paused) {
            input(() -> core.onTick(pair.nowNs()));
        }
        pair.after(SimPair.TIMING.tickNs(), () -> tickEach(born));
    }

    private void beatEach(long born) {
        if (born != life) {
            return;
        }
        if (!paused) {
            pair.carry(this, nextBeat(false));
        }
        pair.after(SimPair.TIMING.periodNs(), () -> beatEach(born));
    }

    private void pulseEach(long pid) {
        if (pid != jettyPid || !jettyAlive) {
            return;
        }
        input(() -> core.onPulse(pair.nowNs()));
        pair.after(100 * SimPair.MS, () -> pulseEach(pid));
    }

    void input(Supplier<Decision> input) {
        if (!daemon || core == null) {
            return;
        }
        if (paused) {
            waiting.add(() -> input(input));
            return;
        }
        HostRole before = core.role();
        Decision decision = input.get();
        if (decision.role() != before) {
            lastReason = decision.reason();
            pair.log.add(
                    "%d ms %s %s -> %s epoch %d: %s"
                            .formatted(
                                    pair.nowNs() / SimPair.MS,
                                    id,
                                    before,
                                    decision.role(),
                                    core.beat().epoch(),
                                    lastReason));
        }
        perform(decision);
    }

    private void perform(Decision decision) {
        if (decision.role().stoodBy()) {
            lease.byEcho();
        }
        for (Action action : decision.actions()) {
            boolean persists =
                    action instanceof Action.PersistEpoch || action instanceof Action.EndSole;
            if (persists && persistFails) {
                perform(core.onPersistFailed("disk full", pair.nowNs()));
                return;
            }
            perform(action);
        }
        lease.echoed(core.echoed());
    }

    private void perform(Action action) {
        disk = SimDisk.after(action, disk, persistFails);
        if (action instanceof Action.AskWitness a) {
            pair.witness.ask(this, a);
        } else if (action instanceof Action.Plane a) {
            flip(a.mode());
        } else if (action instanceof Action.Announce a) {
            for (int i = 0; i < a.copies(); i++) {
                pair.carry(this, nextBeat(a.lastGasp()));
            }
        } else if (action instanceof Action.TakeRole a) {
            takeRole(a);
        } else if (action instanceof Action.ProbeOutside a) {
            probe(a.sentNs());
        } else if (action instanceof Action.ClaimAddress a && a.prove()) {
            pair.after(3 * SimPair.MS, () -> proveAddress());
        } else if (action instanceof Action.KillJetty) {
            if (jettyAlive) {
                endJetty();
            }
        } else if (action instanceof Action.Refuse a) {
            refused = a.problem();
        } else if (action instanceof Action.End) {
            killDaemon();
        }
    }

    private void flip(Mode mode) {
        if (mode != Mode.PRIMARY) {
            lease.byOwn(pair.nowNs());
        }
        plane = mode;
        if (SimPair.sending(mode)) {
            long epoch = core.beat().epoch();
            if (epoch > disk.epoch()) {
                throw new AssertionError(id + " sends in epoch " + epoch + ", has " + disk);
            }
            pair.claim(id, epoch);
        }
    }

    private void takeRole(Action.TakeRole action) {
        long pid = jettyPid;
        if (!jettyAlive) {
            return;
        }
        if (action.role() == ServiceRole.SIMPLEX && plane != Mode.SIMPLEX) {
            throw new AssertionError(id + " released before the flip");
        }
        moduleRole = action.role();
        pair.after(
                SimPair.MS,
                () -> {
                    if (pid == jettyPid && jettyAlive) {
                        input(() -> core.onRoleTaken(action.epoch(), action.role(), pair.nowNs()));
                        readyAgain(action.role());
                    }
                });
    }

    /** A module that has given its connections up can take any role again. */
    private void readyAgain(ServiceRole taken) {
        if (taken == ServiceRole.IDLE) {
            input(() -> core.onJettyReady(pair.nowNs()));
        }
    }

    private void probe(long sentNs) {
        if (outside && cable) {
            pair.after(SimPair.MS, () -> answered(sentNs));
        }
    }

    private void answered(long sentNs) {
        if (outside && cable) {
            input(() -> core.onOutsideAnswer(sentNs, pair.nowNs()));
        }
    }

    private void proveAddress() {
        if (outside && cable && sends()) {
            input(() -> core.onAddressProven(pair.nowNs()));
        }
    }

    /** The reign of a host never goes back, not over restarts either. */
    void checkEpoch() {
        if (!sends()) {
            return;
        }
        long epoch = core.beat().epoch();
        if (epoch < highestReign) {
            throw new AssertionError(id + " reigns in " + epoch + " after " + highestReign);
        }
        highestReign = epoch;
    }

    @Override
    public String toString() {
        return core == null
                ? "off"
                : "%s/%s/e%d/lease until %d%s"
                        .formatted(
                                core.role(),
                                plane,
                                core.beat().epoch(),
                                lease.untilNs() / SimPair.MS,
                                daemon ? "" : "/dead");
    }
}
