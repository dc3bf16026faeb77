package org.coralha.sim;

import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.core.Witnessed;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.sim.engine.Chance;

/** One simulated host: kernel, clocks, disk and network outlive its daemon and its Jetty. */
final class SimHost {
    private static final long MS = World.MS;
    private static final long REFRESH_NS = 150 * MS;
    // Two silence limits, and what a clock may be slow.
    private static final long NOTICED_NS = 160 * MS;

    final World world;
    final HostId id;
    final SimClock clock = new SimClock();
    final SimDisk disk;
    final SimKernel kernel;
    final SimPlane plane;
    final SimJetty jetty;
    final BeatCodec codec;
    SimDaemon daemon;
    boolean cable = true;
    boolean outside = true;
    boolean frozen;
    boolean clearFails;
    boolean crashesWhole;

    /** An operator has it switched off. */
    boolean heldOff;

    /** The last epoch in which it accepted the backup's place. */
    long joined;

    private boolean carrier = true;
    private long cutNs;
    private long lives;
    private long claims;
    private long freezes;
    private Mode flipped = Mode.FENCED;

    SimHost(World world, HostId id) {
        this.world = world;
        this.id = id;
        this.disk = new SimDisk(new Chance(world.noise.next()));
        this.kernel = new SimKernel(world, clock);
        this.plane = new SimPlane(this);
        this.jetty = new SimJetty(this);
        this.codec = world.keys.beats(id);
    }

    /** What a daemon that starts knows of a witness. */
    Witnessed witnessed() {
        return world.isWitnessed() ? new Witnessed(true, disk.soleEpoch()) : Witnessed.NO;
    }

    SimHost peer() {
        return world.host(id.peer());
    }

    /** True if its kernel handles packets. */
    boolean isUp() {
        return kernel.isPowered() && !frozen;
    }

    boolean hasDaemon() {
        return daemon != null && daemon.isAlive();
    }

    /** True if a packet of the service that own stack sends now reaches the network. */
    boolean sends() {
        return kernel.sends() && !frozen && cable;
    }

    /** The epoch in which it takes part. */
    long epoch() {
        return hasDaemon() ? daemon.core.beat().epoch() : 0;
    }

    // ---- processes ------------------------------------------------------------------------

    void startDaemon() {
        if (hasDaemon()) {
            return;
        }
        jetty.kill();
        kernel.begin();
        claims++;
        lives++;
        long floor = disk.load();
        world.invariants.starts(id, floor, disk.confirmed());
        long incarnation = (id.ordinal() + 1) * 1_000_000L + lives;
        daemon = new SimDaemon(this, floor, incarnation);
        if (!carrier) {
            daemon.input((core, now) -> core.onCarrier(false, now));
        }
        world.trace(this, "daemon starts, disk has epoch ", disk.highest());
    }

    void boot() {
        if (frozen || heldOff) {
            world.after(10 * MS, this::boot);
            return;
        }
        startDaemon();
        jetty.start();
    }

    /** SIGKILL: the kernel fences, the module gives up, nobody is told. */
    void killDaemon() {
        if (!hasDaemon()) {
            return;
        }
        world.trace(this, "daemon is killed", 0);
        daemon.end();
        claims++;
        kernel.crashed();
        jetty.kill();
        world.bootLater(this);
    }

    /** An operator had it leave: it stays out until it is started again. */
    void daemonEnds() {
        world.trace(this, "daemon ends", 0);
        daemon.end();
        claims++;
        jetty.kill();
        kernel.mode(Mode.FENCED);
        world.bootLater(this);
    }

    /** Power failure. */
    void crash() {
        world.trace(this, "host crashes", 0);
        if (daemon != null) {
            daemon.end();
        }
        claims++;
        frozen = false;
        jetty.vanish();
        kernel.end();
        world.bootLater(this);
    }

    void dieInTheMiddle() {
        if (crashesWhole) {
            crash();
        } else {
            killDaemon();
        }
    }

    /** What systemd does: whatever does not run is started. */
    void tend() {
        if (!frozen) {
            boot();
        }
        world.after(50 * MS, this::tend);
    }

    // ---- pauses ---------------------------------------------------------------------------

    /** SIGSTOP of the daemon: the kernel and Jetty go on. */
    void stopDaemon(long forNs) {
        if (!hasDaemon() || daemon.isStopped()) {
            return;
        }
        world.trace(this, "daemon stops for ms ", forNs / MS);
        SimDaemon stopped = daemon;
        stopped.stop();
        world.after(
                forNs,
                () -> {
                    if (stopped.isAlive() && !frozen) {
                        stopped.goOn();
                    }
                });
    }

    /** The whole machine stands still; what its clocks do meanwhile is the caller's. */
    void freeze(long forNs, Runnable clocks) {
        if (frozen || !kernel.isPowered()) {
            return;
        }
        world.trace(this, "host stands still for ms ", forNs / MS);
        frozen = true;
        long number = ++freezes;
        SimDaemon stopped = daemon;
        if (stopped != null) {
            stopped.stop();
        }
        world.after(
                forNs,
                () -> {
                    if (frozen && number == freezes) {
                        clocks.run();
                        thaw(stopped);
                    }
                });
    }

    private void thaw(SimDaemon stopped) {
        frozen = false;
        world.trace(this, "host goes on", 0);
        jetty.thaw();
        if (stopped != null && stopped.isAlive()) {
            stopped.goOn();
        }
    }

    // ---- network --------------------------------------------------------------------------

    void pullCable(boolean noticed) {
        world.trace(this, "cable is pulled", 0);
        cable = false;
        cutNs = world.nowNs();
        world.linkChanged();
        if (noticed) {
            carrier(false);
        }
    }

    void plugCable() {
        if (!cable) {
            world.trace(this, "cable is plugged", 0);
            if (carrier && world.nowNs() - cutNs < NOTICED_NS) {
                world.heirSilent();
            }
        }
        cable = true;
        world.linkChanged();
        carrier(true);
    }

    private void carrier(boolean up) {
        carrier = up;
        if (hasDaemon()) {
            daemon.input((core, now) -> core.onCarrier(up, now));
        }
    }

    boolean reachesOutside() {
        return cable && outside;
    }

    void askOutside(long sentNs) {
        SimDaemon asking = daemon;
        long askedNs = world.nowNs();
        if (reachesOutside() && !world.wire(this).loses()) {
            world.after(
                    world.wire(this).delayNs() + answerNs(),
                    () -> {
                        if (reachesOutside()) {
                            asking.input((core, now) -> answer(core, askedNs, sentNs, now));
                        }
                    });
        }
    }

    /** Some outside hosts take their time: what they answer was asked before the peer was heard. */
    private long answerNs() {
        return world.chance.oneIn(8) ? world.chance.between(MS, 200 * MS) : 400_000;
    }

    private Decision answer(RoleCore core, long askedNs, long sentNs, long now) {
        world.invariants.answered(id, askedNs);
        return core.onOutsideAnswer(sentNs, now);
    }

    /** Announces the address until an outside host proves that the router has learned it. */
    void claim(boolean prove) {
        long number = ++claims;
        world.after(world.chance.between(MS / 2, 3 * MS), () -> announce(daemon, number, prove));
    }

    private void announce(SimDaemon claiming, long number, boolean prove) {
        if (number != claims || claiming != daemon || !claiming.isAlive()) {
            return;
        }
        boolean speaks = isUp() && reachesOutside() && !claiming.isStopped();
        boolean heard = speaks && !world.wire(this).loses();
        if (heard) {
            world.network.learned(this);
            if (prove && sends()) {
                claiming.input(RoleCore::onAddressProven);
            }
        }
        // Repeated until it is heard, then refreshed.
        world.after(
                heard ? REFRESH_NS : 20 * MS, () -> announce(claiming, number, prove && !heard));
    }

    /** The mode that its daemon has switched to last; its kernel may have fenced since. */
    Mode flipped() {
        return flipped;
    }

    void flip(Mode mode, long epoch) {
        flipped = mode;
        kernel.mode(mode);
        plane.switched();
        if (mode == Mode.FENCED || mode == Mode.PRIMARY) {
            claims++;
        }
        world.flipped(this, mode, epoch);
    }

    boolean clearsFlows() {
        if (!clearFails) {
            plane.clear();
        }
        return !clearFails;
    }
}
