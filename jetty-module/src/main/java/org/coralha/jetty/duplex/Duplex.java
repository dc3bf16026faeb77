package org.coralha.jetty.duplex;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.core.MemoryBudget;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.port.DaemonLink;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.jetty.port.SpoolFiles;
import org.coralha.pair.HostId;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.PairConfig;
import org.coralha.pair.ServiceRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The module of one host without its connections: log, standby flows, roles, and one timer for
 * everything that happens by the clock. Safe from any thread.
 */
public final class Duplex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Duplex.class);
    private static final int QUERY_MS = 250;
    private static final int TIGHT_QUERY_MS = 50;
    private static final int HELLO_MS = 500;
    private static final int FORGET_MS = 30_000;

    private final PairConfig config;
    private final ReplyLogLink link;
    private final MemoryBudget budget;
    private final StandbyRegistry registry;
    private final ReplyLog log;
    private final FaultPoints faults;
    private final ScheduledThreadPoolExecutor timer;
    private FlowHost host;
    private DaemonLink daemon;
    private RoleKeeper roles;
    private PeerLink peer;
    private LogReceiver receiver;
    private long lastPulseMs;
    private long lastQueryMs;
    private long lastHelloMs;
    private long simplexSinceMs;
    private long queries;
    private long knownBroken;

    /**
     * @param link not opened yet
     */
    public Duplex(PairConfig config, ReplyLogLink link, SpoolFiles spools, FaultPoints faults) {
        this.config = config;
        this.link = link;
        this.faults = faults;
        this.budget =
                new MemoryBudget(config.replyLog().memoryBytes(), config.replyLog().spoolBytes());
        this.registry = new StandbyRegistry(budget, spools, config.flowEndedMs());
        LogJournal journal = faults.journal();
        this.log =
                new ReplyLog(
                        link, config.replyLog().windowBytes(), System::nanoTime, journal::alone);
        this.timer = new ScheduledThreadPoolExecutor(2, Duplex::daemonThread);
        timer.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemonThread(Runnable work) {
        Thread thread = new Thread(work, "coral-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** Joins the roles with the connections; before {@link #start}. */
    public RoleKeeper roles(FlowHost host) {
        roles = new RoleKeeper(log, registry, host, System::nanoTime);
        this.host = host;
        return roles;
    }

    /**
     * Starts the link and the timer.
     *
     * @param self which host this is
     * @param daemonLink connected
     */
    public void start(HostId self, DaemonLink daemonLink) {
        daemon = daemonLink;
        receiver = new LogReceiver(registry, link, faults, timer);
        peer = new PeerLink(config, self, link, log, registry, receiver, this::tellLink);
        roles.bind(daemonLink, this::announce);
        link.open(peer);
        int periodMs = Math.max(5, Math.min(config.jetty().pulseMs(), tickMs()));
        repeat(this::tick, periodMs);
        if (faults.isConfigured()) {
            repeat(() -> faults.poll(log), FaultPoints.POLL_MS);
        }
    }

    /** An exception would silently end the repetition, and with it Jetty's sign of life. */
    private void repeat(Runnable work, int periodMs) {
        Runnable guarded =
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        LOG.error("periodic work of the module failed", e);
                    }
                };
        ScheduledFuture<?> unused =
                timer.scheduleWithFixedDelay(guarded, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    private int tickMs() {
        return Math.min(TIGHT_QUERY_MS, config.replyLog().ackLimitMs() / 4);
    }

    private void tellLink(boolean up) {
        daemon.send(new ModuleMessage.LogLink(up));
    }

    /** The connectors are open: any role can be taken. Also after the daemon came back. */
    public void announce() {
        daemon.send(new ModuleMessage.Ready());
        daemon.send(new ModuleMessage.LogLink(peer.isUp()));
    }

    private void tick() {
        long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        if (nowMs - lastPulseMs >= config.jetty().pulseMs() && host.lives()) {
            lastPulseMs = nowMs;
            daemon.send(
                    new ModuleMessage.Pulse(
                            host.heldBytes(), log.oldestUnackedMs(), garbageCount()));
        }
        long stallMs = log.newStallMs(config.replyLog().ackLimitMs());
        if (stallMs > 0) {
            daemon.send(new ModuleMessage.LogStalled(stallMs));
        }
        if (nowMs - lastHelloMs >= HELLO_MS) {
            lastHelloMs = nowMs;
            peer.retry();
        }
        query(nowMs);
        forget(nowMs);
        warnOfBroken();
    }

    private void warnOfBroken() {
        long broken = registry.brokenFlows();
        if (broken > knownBroken) {
            LOG.warn(
                    "{} more connections lost their protection, the last one because {}",
                    broken - knownBroken,
                    registry.lastBreak());
            knownBroken = broken;
        }
    }

    private void query(long nowMs) {
        int periodMs = budget.isTight() ? TIGHT_QUERY_MS : QUERY_MS;
        boolean keeps = registry.acceptedCount() + registry.unpairedCount() > 0;
        boolean asks =
                roles.role() == ServiceRole.PRIMARY || roles.role() == ServiceRole.BACKUP && keeps;
        if (asks && nowMs - lastQueryMs >= periodMs) {
            lastQueryMs = nowMs;
            daemon.send(new ModuleMessage.QueryFlows(++queries));
        }
    }

    private void forget(long nowMs) {
        if (roles.role() != ServiceRole.SIMPLEX) {
            simplexSinceMs = nowMs;
        } else if (nowMs - simplexSinceMs > FORGET_MS && registry.unpairedCount() > 0) {
            registry.forgetUnpaired();
        }
    }

    /** The primary's log. */
    public ReplyLog log() {
        return log;
    }

    /** Fault point in the path of the ends of replies into the log. */
    public HeldEnds ends() {
        return faults.ends();
    }

    /** The backup's flows. */
    public StandbyRegistry registry() {
        return registry;
    }

    /** Memory for held and kept bytes. */
    public MemoryBudget budget() {
        return budget;
    }

    /** True if the peer's module is connected and proven to be it. */
    public boolean isLinkUp() {
        return peer != null && peer.isUp();
    }

    /** Frames and connections that were not of the reply log. */
    public long garbageCount() {
        return peer == null ? 0 : peer.garbageCount();
    }

    /** Records kept as the backup since the start. */
    public long receivedCount() {
        return receiver == null ? 0 : receiver.recordCount();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        link.close();
        if (daemon != null) {
            daemon.close();
        }
    }
}
