package org.coralha.sim;

import java.util.ArrayDeque;
import java.util.List;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.HostRole;
import org.coralha.heartbeat.core.Lease;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.ServiceRole;

/**
 * One life of a heartbeat daemon: the real core and lease, and the shell around them as {@code
 * DecisionLoop}, {@code Performer} and {@code PeerSocket} are: inputs one after the other, the
 * actions of a decision in their order, heartbeats from what was published last.
 */
final class SimDaemon {
    /** One input of the core. */
    @FunctionalInterface
    interface Input {
        Decision decide(RoleCore core, long nowNs);
    }

    final RoleCore core;
    private final SimHost host;
    private final World world;
    private final Lease lease;
    private final ArrayDeque<Input> fromModule = new ArrayDeque<>();
    private final ArrayDeque<PeerBeat> fromPeer = new ArrayDeque<>();
    private final Runnable tick = this::tick;
    private final Runnable beat = this::beat;
    private final Runnable resume = this::resume;
    final PeerPort port;
    final Mishap mishap = new Mishap();
    private final WitnessSocket witness;
    private boolean alive = true;
    private boolean stopped;
    private OwnBeat saying = OwnBeat.SILENT;
    private long lastTickNs;
    private Decision performing;
    private int next;
    private boolean published;
    private boolean ofFailure;
    private boolean hushed;

    SimDaemon(SimHost host, long floor, long incarnation) {
        this.host = host;
        this.world = host.world;
        this.lease = new Lease(world.timing);
        this.core =
                new RoleCore(
                        host.id,
                        world.preferred,
                        world.timing,
                        floor,
                        incarnation,
                        host.witnessed(),
                        nowNs());
        this.witness = new WitnessSocket(host, this);
        this.port = new PeerPort(host, incarnation);
        this.lastTickNs = nowNs();
        world.after(host.clock.trueDelayNs(world.chance.between(0, 2_000_000)), tick);
        world.after(host.clock.trueDelayNs(world.chance.between(0, 20_000_000)), beat);
    }

    private long nowNs() {
        return host.clock.nowNs(world.nowNs());
    }

    boolean isAlive() {
        return alive;
    }

    boolean isStopped() {
        return stopped;
    }

    HostRole role() {
        return core.role();
    }

    WitnessSocket witness() {
        return witness;
    }

    void end() {
        alive = false;
        performing = null;
    }

    void stop() {
        stopped = true;
    }

    void goOn() {
        stopped = false;
        if (performing != null) {
            perform();
        }
        drain();
    }

    // ---- inputs ---------------------------------------------------------------------------

    void input(Input input) {
        if (!alive) {
            return;
        }
        if (stopped || performing != null) {
            fromModule.add(input);
        } else {
            process(input);
            drain();
        }
    }

    /**
     * A datagram has arrived at the heartbeat port.
     *
     * @param genuine whether the peer has sent it so
     */
    void receive(byte[] datagram, boolean genuine) {
        PeerBeat heard = alive ? port.open(datagram, genuine) : null;
        if (heard == null) {
            return;
        }
        if (stopped) {
            fromPeer.add(heard);
            return;
        }
        port.heard(heard);
        if (performing != null) {
            fromPeer.add(heard);
        } else {
            hear(heard);
            drain();
        }
    }

    private void hear(PeerBeat heard) {
        process(
                (c, now) -> {
                    boolean again = isCurrent(heard, saying);
                    Decision decision = c.onBeat(heard, now);
                    boolean current = isCurrent(heard, c.beat());
                    port.judged(heard, current && !again, now);
                    if (current) {
                        world.invariants.heard(host.id, Math.max(heard.epoch(), heard.floor()));
                    }
                    return decision;
                });
    }

    private static boolean isCurrent(PeerBeat heard, OwnBeat own) {
        return own.countedIncarnation() == heard.incarnation()
                && own.countedSequence() == heard.sequence();
    }

    /** What comes from the module may overtake what waits in the socket, and the reverse. */
    private void drain() {
        while (alive && !stopped && performing == null) {
            boolean module = !fromModule.isEmpty();
            if (module && (fromPeer.isEmpty() || world.chance.oneIn(2))) {
                process(fromModule.remove());
            } else if (!fromPeer.isEmpty()) {
                PeerBeat heard = fromPeer.remove();
                port.heard(heard);
                hear(heard);
            } else {
                return;
            }
        }
    }

    private void tick() {
        if (!alive) {
            return;
        }
        if (!stopped && performing == null) {
            lastTickNs = nowNs();
            process(RoleCore::onTick);
            drain();
        }
        world.after(host.clock.trueDelayNs(world.timing.tickNs()), tick);
    }

    private void process(Input input) {
        decide(input, false);
    }

    private void decide(Input input, boolean afterFailure) {
        HostRole before = core.role();
        Decision decision = input.decide(core, nowNs());
        if (decision.role() != before) {
            world.changed(host, before, decision);
        }
        hushed |= !before.sends() && decision.role().sends();
        begin(decision, afterFailure);
    }

    // ---- performing -----------------------------------------------------------------------

    private void begin(Decision decision, boolean afterFailure) {
        performing = decision;
        next = 0;
        published = false;
        ofFailure = afterFailure;
        if (decision.role().stoodBy()) {
            lease.byEcho();
        }
        perform();
    }

    private void resume() {
        if (alive && !stopped && performing != null) {
            perform();
            drain();
        }
    }

    private void perform() {
        List<Action> actions = performing.actions();
        while (next < actions.size()) {
            if (interrupted()) {
                return;
            }
            Action action = actions.get(next++);
            if (action instanceof Action.Announce && !published) {
                saying(core.beat());
                published = true;
            }
            if (!perform(action)) {
                return;
            }
            if (!alive) {
                return;
            }
        }
        done();
    }

    /** A host may fall dead, or slow, between any two actions. */
    private boolean interrupted() {
        if (mishap.dies()) {
            host.dieInTheMiddle();
            return true;
        }
        if (mishap.stalls()) {
            long forNs = world.chance.between(1_000_000, 300_000_000);
            if (forNs > world.timing.silenceNs() / 2) {
                // What was decided is carried out, although the peer may have served since.
                world.heirSilent();
            }
            world.after(forNs, resume);
            return true;
        }
        return false;
    }

    private void done() {
        if (!published) {
            saying(core.beat());
        }
        lease.echoed(core.echoed());
        host.kernel.lease(lease.untilNs());
        performing = null;
    }

    private void saying(OwnBeat own) {
        port.say(own, saying, nowNs());
        saying = own;
        hushed = false;
    }

    private boolean perform(Action action) {
        if (action instanceof Action.PersistEpoch a) {
            return persist(() -> host.disk.ensure(a.epoch()));
        } else if (action instanceof Action.ReserveEpoch a) {
            return mayFail(() -> host.disk.ensure(a.epoch()));
        } else if (action instanceof Action.EndSole) {
            return endsSole();
        } else if (action instanceof Action.KeepSole a) {
            return mayFail(() -> host.disk.sole.write(a.epoch()));
        } else if (action instanceof Action.AskWitness a) {
            witness.ask(a);
        } else if (action instanceof Action.Plane a) {
            flip(a.mode());
        } else if (action instanceof Action.Announce a) {
            for (int i = 0; i < a.copies(); i++) {
                send(a.lastGasp());
            }
        } else if (action instanceof Action.TakeRole a) {
            host.jetty.takeRole(a);
        } else if (action instanceof Action.ProbeOutside a) {
            host.askOutside(a.sentNs());
        } else if (action instanceof Action.ClaimAddress a) {
            host.claim(a.prove());
        } else if (action instanceof Action.KillJetty) {
            host.jetty.kill();
        } else if (action instanceof Action.ClearFlows) {
            return clear();
        } else if (action instanceof Action.End || action instanceof Action.Refuse) {
            host.daemonEnds();
        }
        return true;
    }

    private boolean persist(DiskWrite write) {
        return switch (write.attempt()) {
            case DONE -> true;
            case HOST_DIED -> dies();
            case FAILED -> {
                fail((c, now) -> c.onPersistFailed("disk full", now));
                yield false;
            }
        };
    }

    /** Whatever depends on it will find that it failed. */
    private boolean mayFail(DiskWrite write) {
        return write.attempt() != DiskWrite.Outcome.HOST_DIED || dies();
    }

    private boolean dies() {
        host.crash();
        return false;
    }

    private boolean endsSole() {
        return persist(() -> host.disk.sole.write(0L));
    }

    private boolean clear() {
        if (host.clearsFlows()) {
            return true;
        }
        fail((c, now) -> c.onClearFailed("still there", now));
        return false;
    }

    /** As DecisionLoop: a second failure is not asked about. */
    private void fail(Input failure) {
        if (ofFailure) {
            performing = null;
            return;
        }
        decide(failure, true);
    }

    private void flip(Mode mode) {
        if (mode != Mode.PRIMARY) {
            lease.byOwn(host.clock.nowNs(world.nowNs()));
            host.kernel.lease(lease.untilNs());
        }
        host.flip(mode, core.beat().epoch());
    }

    // ---- heartbeats -----------------------------------------------------------------------

    private void beat() {
        if (!alive) {
            return;
        }
        // A host whose decisions hang must look dead.
        boolean ticked = nowNs() - lastTickNs <= world.timing.silenceNs() - world.timing.periodNs();
        if (!stopped && ticked && !hushed) {
            send(false);
        }
        world.after(host.clock.trueDelayNs(world.timing.periodNs()), beat);
    }

    private void send(boolean lastGasp) {
        OwnBeat own = saying;
        // A host at rest whose peer has told it to leave an epoch says from memory that it has.
        boolean declines = world.isWitnessed() && Echo.rests(own);
        world.invariants.says(host.id, declines ? 0 : own.epoch(), host.disk.highest());
        lease.sending(port.next(own, nowNs()), host.clock.nowNs(world.nowNs()));
        host.kernel.lease(lease.untilNs());
        port.send(lastGasp);
    }

    /** True if nothing that was told to the module waits for its answer. */
    boolean isQuiet() {
        return alive && !stopped && performing == null && fromModule.isEmpty();
    }

    boolean servesAs(ServiceRole role) {
        return saying.role() == role;
    }
}
