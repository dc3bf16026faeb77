package org.coralha.heartbeat.io;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.HostRole;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.port.AddressClaim;
import org.coralha.heartbeat.port.EpochStore;
import org.coralha.heartbeat.port.ModuleLink;
import org.coralha.heartbeat.port.OutsideAsker;
import org.coralha.heartbeat.port.PeerLink;
import org.coralha.heartbeat.port.Processes;
import org.coralha.heartbeat.port.SoleStore;
import org.coralha.heartbeat.port.WitnessLink;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.KernelException;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Performs the actions of decisions in their order, on the decision thread, and measures what they
 * took.
 */
final class Performer {
    private static final Logger LOG = LoggerFactory.getLogger(Performer.class);

    /** Everything that actions act upon. */
    record Ports(
            EpochStore epochs,
            Supplier<DataPlane> plane,
            PeerLink peer,
            ModuleLink module,
            AddressClaim address,
            OutsideAsker outside,
            WitnessLink witness,
            SoleStore sole,
            Processes processes,
            LeaseKeeper lease,
            Consumer<String> refuse,
            Runnable end,
            Consumer<RoleChange> changes) {}

    /** An action of a decision failed; nothing after it was performed. */
    record Failure(Kind kind, String problem) {
        enum Kind {
            /** The epoch could not be persisted. */
            PERSIST,
            /** What the kernel holds of old connections could not be cleared. */
            CLEAR
        }
    }

    private static final long NEVER = Long.MIN_VALUE;

    private final Ports ports;
    private final Counters counters;
    private HostRole role = HostRole.DETACHED;
    private long detectedNs;
    private long flippedNs;
    private long releasedNs;
    private int flows;

    Performer(Ports ports, Counters counters) {
        this.ports = ports;
        this.counters = counters;
    }

    /**
     * Performs a decision.
     *
     * @param core asked what heartbeats must say now
     * @param detected time at which the cause was detected
     * @return null, or what failed
     */
    Failure perform(Decision decision, RoleCore core, long detected) {
        detectedNs = detected;
        flippedNs = NEVER;
        releasedNs = NEVER;
        flows = 0;
        // Only Announce sends at once; the periodic sender may pick the new state up before, so it
        // is published when persisting and flipping are done.
        boolean published = false;
        if (decision.role().stoodBy()) {
            ports.lease.byEcho();
        }
        if (!role.sends() && decision.role().sends()) {
            ports.peer.hush();
        }
        for (Action action : decision.actions()) {
            if (action instanceof Action.Announce && !published) {
                ports.peer.say(core.beat());
                published = true;
            }
            try {
                perform(action);
            } catch (IOException e) {
                counters.count("epoch.persist_failed");
                LOG.error("{}", e.getMessage());
                return new Failure(Failure.Kind.PERSIST, e.getMessage());
            } catch (ClearFailed e) {
                counters.count("plane.clear_failed");
                LOG.error("{}", e.getMessage());
                return new Failure(Failure.Kind.CLEAR, e.getMessage());
            }
        }
        if (!published) {
            ports.peer.say(core.beat());
        }
        ports.lease.echoed(core.echoed());
        if (decision.role() == HostRole.SIMPLEX && role != HostRole.SIMPLEX) {
            payOwed();
        }
        report(decision, core);
        return null;
    }

    /** After everything else: those who are owed less than a reply have waited least. */
    private void payOwed() {
        try {
            counters.add("plane.owed_paid", ports.plane.get().payOwed());
        } catch (KernelException e) {
            // Their own timers make these clients ask again.
            counters.count("plane.owed_failed");
            LOG.warn("acknowledgements stay owed: {}", e.getMessage());
        }
    }

    private static final class ClearFailed extends Exception {
        private static final long serialVersionUID = 1;

        ClearFailed(KernelException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private void perform(Action action) throws IOException, ClearFailed {
        if (action instanceof Action.PersistEpoch a) {
            ports.epochs.ensure(a.epoch());
        } else if (action instanceof Action.Plane a) {
            flip(a.mode());
        } else if (action instanceof Action.Announce a) {
            ports.peer.announce(a.copies(), a.lastGasp());
        } else if (action instanceof Action.TakeRole a) {
            takeRole(a);
        } else if (action instanceof Action.ClaimAddress a) {
            ports.address.claim(a.prove());
        } else if (action instanceof Action.ProbeOutside a) {
            ports.outside.ask(a.sentNs());
        } else if (action instanceof Action.ReserveEpoch a) {
            reserve(a.epoch());
        } else if (action instanceof Action.AskWitness a) {
            ports.witness.ask(a);
        } else if (action instanceof Action.EndSole) {
            ports.sole.keep(0);
        } else if (action instanceof Action.KeepSole a) {
            keepSole(a.epoch());
        } else if (action instanceof Action.ClearFlows) {
            clearFlows();
        } else if (action instanceof Action.Unwatch a) {
            ports.plane.get().unwatch(a.processId());
        } else if (action instanceof Action.KillJetty a) {
            ports.processes.end(a.processId(), a.force());
        } else if (action instanceof Action.Refuse a) {
            ports.refuse.accept(a.problem());
        } else if (action instanceof Action.End) {
            ports.end.run();
        }
    }

    private void clearFlows() throws ClearFailed {
        try {
            ports.plane.get().clearFlows();
        } catch (KernelException e) {
            throw new ClearFailed(e);
        }
    }

    private void flip(DataPlane.Mode mode) {
        if (mode != DataPlane.Mode.PRIMARY) {
            ports.lease.byOwn();
        }
        ports.plane.get().mode(mode);
        flippedNs = System.nanoTime();
        if (mode == DataPlane.Mode.FENCED || mode == DataPlane.Mode.PRIMARY) {
            ports.address.release();
        }
    }

    private void takeRole(Action.TakeRole action) {
        List<FlowSnapshot> snapshots = action.withFlows() ? readFlows() : List.of();
        flows = snapshots.size();
        ports.module.takeRole(
                new DaemonMessage.TakeRole(
                        action.epoch(), action.role(), action.reason(), snapshots));
        releasedNs = System.nanoTime();
    }

    private List<FlowSnapshot> readFlows() {
        try {
            return ports.plane.get().flows();
        } catch (KernelException e) {
            // The connections are lost, but new clients can still be served.
            counters.count("plane.flows_failed");
            LOG.error("promotion without connections: {}", e.getMessage());
            return List.of();
        }
    }

    private void keepSole(long epoch) {
        try {
            ports.sole.keep(epoch);
        } catch (IOException e) {
            counters.count("sole.keep_failed");
            LOG.warn("{}", e.getMessage());
        }
    }

    private void reserve(long epoch) {
        try {
            ports.epochs.ensure(epoch);
        } catch (IOException e) {
            counters.count("epoch.reserve_failed");
            LOG.warn("{}", e.getMessage());
        }
    }

    private void report(Decision decision, RoleCore core) {
        if (decision.role() == role) {
            return;
        }
        HostRole before = role;
        role = decision.role();
        ports.changes.accept(
                new RoleChange(
                        core.beat().epoch(),
                        before,
                        role,
                        decision.reason(),
                        flows,
                        micros(flippedNs),
                        micros(releasedNs),
                        -1,
                        -1,
                        detectedNs));
    }

    private long micros(long atNs) {
        return atNs == NEVER ? -1 : (atNs - detectedNs) / 1000;
    }
}
