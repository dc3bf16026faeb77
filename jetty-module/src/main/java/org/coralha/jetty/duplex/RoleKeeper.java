package org.coralha.jetty.duplex;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.port.DaemonLink;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the roles that the daemon gives. The daemon decides, this class never does:
 *
 * <pre>
 * IDLE    connections accepted are kept like the backup's, nothing is executed; after another
 *         role: every connection is closed first, for the service has moved to the peer
 * PRIMARY connections accepted from now on are logged; earlier ones go on as before
 * BACKUP  as IDLE, and the peer's records are expected
 * SIMPLEX after BACKUP or IDLE: promotion; after PRIMARY: held replies are released
 * FENCED  nothing leaves this host any more; all connections are closed
 * </pre>
 *
 * <p>Messages come from the daemon link's thread, one at a time; {@link #role} may be asked by any.
 */
public final class RoleKeeper implements DaemonLink.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RoleKeeper.class);

    private final ReplyLog log;
    private final StandbyRegistry registry;
    private final FlowHost host;
    private final LongSupplier clock;
    private final CountDownLatch fenced = new CountDownLatch(1);
    private DaemonLink daemon;
    private Runnable onBack = () -> {};
    private volatile ServiceRole role = ServiceRole.IDLE;
    private volatile long epoch;
    private volatile long primarySinceNanos;
    private volatile boolean stopping;
    private volatile Map<FlowKey, Long> promotedAcks = Map.of();
    private final AtomicInteger promotions = new AtomicInteger();

    /**
     * Roles over the given log, standby flows and connections.
     *
     * @param clock nanoseconds
     */
    public RoleKeeper(ReplyLog log, StandbyRegistry registry, FlowHost host, LongSupplier clock) {
        this.clock = clock;
        this.log = log;
        this.registry = registry;
        this.host = host;
        registry.awaitSockets(false);
    }

    /**
     * @param link told what becomes of the roles
     * @param whenBack run when any role can be taken again
     */
    public void bind(DaemonLink link, Runnable whenBack) {
        daemon = link;
        onBack = whenBack;
    }

    /** The role in force. */
    public ServiceRole role() {
        return role;
    }

    /** When the role last became PRIMARY, by {@link System#nanoTime()}; 0 before. */
    public long primarySinceNanos() {
        return primarySinceNanos;
    }

    /** The epoch of the role in force. */
    public long epoch() {
        return epoch;
    }

    /** Promotions since the start of the module. */
    public int promotions() {
        return promotions.get();
    }

    /** What the data plane knew of the flow at the last promotion, or -1. */
    public long ackedAtPromotion(FlowKey key) {
        return promotedAcks.getOrDefault(key, -1L);
    }

    @Override
    public void onMessage(DaemonMessage message) {
        if (message instanceof DaemonMessage.TakeRole take) {
            take(take, clock.getAsLong());
        } else if (message instanceof DaemonMessage.Flows flows) {
            onFlows(byKey(flows.flows()));
        }
    }

    private void onFlows(Map<FlowKey, Long> flows) {
        if (role == ServiceRole.BACKUP) {
            host.closeStandby(registry.trim(flows, clock.getAsLong()));
        } else if (role == ServiceRole.PRIMARY) {
            host.endSoon(flows.keySet());
        }
    }

    private void take(DaemonMessage.TakeRole take, long receivedNanos) {
        ServiceRole before = role;
        FlowHost.Promoted promoted = new FlowHost.Promoted(0, 0);
        switch (take.role()) {
            case PRIMARY -> toPrimary(take.epoch());
            case SIMPLEX -> promoted = toSimplex(take);
            case FENCED -> toFenced();
            case IDLE -> toIdle(take.epoch());
            default -> {
                // Before the daemon hears of it, and lets packets of clients in.
                registry.awaitSockets(true);
                role = take.role();
                epoch = take.epoch();
            }
        }
        long micros =
                promoted.firstByteNanos() == 0
                        ? -1
                        : (promoted.firstByteNanos() - receivedNanos) / 1_000;
        daemon.send(
                new ModuleMessage.RoleTaken(take.epoch(), take.role(), promoted.flows(), micros));
        LOG.info(
                "role {} -> {} in epoch {}: {}; {} flows carried over, first byte after {} us",
                before,
                take.role(),
                take.epoch(),
                take.reason(),
                promoted.flows(),
                micros);
        if (take.role() == ServiceRole.IDLE) {
            onBack.run();
        }
    }

    private void toPrimary(long reign) {
        if (log.isActive()) {
            log.stop();
            host.releaseHeld();
        }
        // Logs of a former reign whose sockets have not come by now: nobody would adopt them.
        registry.forgetUnpaired();
        log.start(reign);
        epoch = reign;
        primarySinceNanos = System.nanoTime();
        role = ServiceRole.PRIMARY;
    }

    private FlowHost.Promoted toSimplex(DaemonMessage.TakeRole take) {
        epoch = take.epoch();
        promotedAcks = byKey(take.flows());
        role = ServiceRole.SIMPLEX;
        log.stop();
        host.releaseHeld();
        List<StandbyFlow> flows = registry.seal();
        if (flows.isEmpty()) {
            return new FlowHost.Promoted(0, 0);
        }
        promotions.incrementAndGet();
        return host.promote(flows, promotedAcks);
    }

    private void toFenced() {
        role = ServiceRole.FENCED;
        fenced.countDown();
        cutOff();
    }

    /**
     * The service has moved away and nothing leaves this host: give everything up that belongs to
     * the role, then be as a module that has just started.
     */
    private void toIdle(long reign) {
        role = ServiceRole.FENCED;
        cutOff();
        log.reset();
        registry.awaitSockets(false);
        registry.reopen();
        promotedAcks = Map.of();
        epoch = reign;
        role = ServiceRole.IDLE;
    }

    /**
     * Nothing more is said to the peer: that connections end here must not end them there. Replies
     * that are held stay held for ever.
     */
    private void cutOff() {
        log.freeze();
        List<StandbyFlow> standby = registry.seal();
        if (!stopping) {
            host.closeStandby(standby);
            host.closeAll();
        }
    }

    private static Map<FlowKey, Long> byKey(List<FlowSnapshot> flows) {
        Map<FlowKey, Long> acked = new HashMap<>(flows.size() * 2);
        for (FlowSnapshot flow : flows) {
            acked.put(flow.key(), flow.clientAckedBytes());
        }
        return acked;
    }

    @Override
    public void onLost(String reason) {
        fenced.countDown();
        if (stopping) {
            return;
        }
        LOG.error("the daemon is gone ({}): the service is cut off on this host", reason);
        if (role == ServiceRole.IDLE) {
            host.closeStandby(registry.accepted());
        } else {
            role = ServiceRole.FENCED;
            cutOff();
        }
    }

    @Override
    public void onBack(DaemonMessage.Welcome welcome) {
        LOG.info("the daemon is back, host {}, epoch {}", welcome.self().key(), welcome.epoch());
        onBack.run();
    }

    /**
     * Tells the daemon that Jetty stops and waits until the service has moved away, at most the
     * given time.
     */
    public void announceStop(String reason, long limitMs) {
        stopping = true;
        daemon.send(new ModuleMessage.Stopping(reason));
        try {
            if (!fenced.await(limitMs, TimeUnit.MILLISECONDS)) {
                LOG.warn("the daemon did not fence the service within {} ms", limitMs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.freeze();
    }
}
