package org.coralha.heartbeat.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.port.Processes;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.KernelException;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which Jetty may attach, has its process watched, and turns its messages into inputs of
 * the core.
 */
final class JettyDesk implements ModuleServer.Modules {
    private static final Logger LOG = LoggerFactory.getLogger(JettyDesk.class);

    private static final Path PROC = Path.of("/proc");

    private static final ModuleMessage.Pulse NO_PULSE = new ModuleMessage.Pulse(0, 0, 0);

    private final NodeSpec spec;
    private final LongSupplier highestEpoch;
    private final Consumer<DecisionLoop.Input> inputs;
    private final Changes changes;
    private final Alarms alarms;
    private final ProcProcesses processes;
    private final LifeFile lifeFile;
    private final PulseWatch watch;
    private volatile ProcessLife attached = ProcessLife.NONE;
    private final ProcessLife ofEarlierDaemon;
    private volatile ProcessLife used = ProcessLife.NONE;
    private volatile ModuleMessage.Pulse pulse = NO_PULSE;

    JettyDesk(
            NodeSpec spec,
            LongSupplier highestEpoch,
            Consumer<DecisionLoop.Input> inputs,
            Changes changes,
            Alarms alarms) {
        this.highestEpoch = highestEpoch;
        this.spec = spec;
        this.inputs = inputs;
        this.changes = changes;
        this.alarms = alarms;
        this.processes = new ProcProcesses(PROC, spec.jettyUserId());
        this.lifeFile = new LifeFile(spec.stateDir(), PROC);
        this.ofEarlierDaemon = lifeFile.read();
        this.watch =
                new PulseWatch(
                        TimeUnit.MILLISECONDS.toNanos(spec.config().jetty().pulseLimitMs()),
                        PROC,
                        () -> attached.processId(),
                        this::waited,
                        System.nanoTime());
    }

    /** Looks after late pulses; for a thread of its own. */
    PulseWatch watch() {
        return watch;
    }

    private void waited(long processId, long ns) {
        inputs.accept((core, nowNs) -> core.onProcessorWait(processId, ns, nowNs));
    }

    Processes processes() {
        return processes;
    }

    /** The last pulse of the attached Jetty; all 0 before its first one. */
    ModuleMessage.Pulse pulse() {
        return pulse;
    }

    /** The attached Jetty is given a role: it cannot attach again after it lost its connection. */
    void used() {
        used = attached;
    }

    /** Ends the attached Jetty, if there is one, without waiting for its end. */
    void endAttached() {
        processes.end(attached.processId(), true);
    }

    @Override
    public Optional<String> refusal(String user) {
        String jettyUser = spec.config().jetty().user();
        return user.equals(jettyUser) || user.equals("root")
                ? Optional.empty()
                : Optional.of("user " + user + " is not jetty.user=" + jettyUser);
    }

    @Override
    public Optional<String> refusal(ModuleMessage.Hello hello) {
        if (hello.protocolVersion() != MessageCodec.PROTOCOL_VERSION) {
            return Optional.of(
                    "protocol version "
                            + hello.protocolVersion()
                            + ", the daemon speaks "
                            + MessageCodec.PROTOCOL_VERSION
                            + ": install the same version of Coral in both places");
        }
        if (!processes.belongsToJettyUser(hello.processId())) {
            return Optional.of(
                    "process "
                            + hello.processId()
                            + " is not a process of jetty.user="
                            + spec.config().jetty().user()
                            + ": run Jetty as that user");
        }
        if (!spec.config().digest().matches(hello.configDigest())) {
            return Optional.of(
                    "Jetty has read another pair.properties than the daemon: give coral.pair and"
                            + " --pair the same file and restart both");
        }
        ProcessLife life = processes.life(hello.processId());
        if (life.equals(used) || life.equals(ofEarlierDaemon)) {
            return Optional.of(
                    "process "
                            + hello.processId()
                            + " held a role before, or had one of an earlier daemon: restart Jetty");
        }
        return Optional.empty();
    }

    @Override
    public DaemonMessage.Welcome attached(long processId) {
        attached = processes.life(processId);
        processes.know(attached);
        spec.plane().get().watch(processId);
        pulse = NO_PULSE;
        watch.pulsed(System.nanoTime());
        lifeFile.write(attached);
        inputs.accept((core, nowNs) -> core.onJettyAttached(processId, nowNs));
        return new DaemonMessage.Welcome(spec.self(), highestEpoch.getAsLong());
    }

    @Override
    public Optional<DaemonMessage> message(ModuleMessage message) {
        if (message instanceof ModuleMessage.Pulse m) {
            long more = m.logGarbage() - pulse.logGarbage();
            pulse = m;
            watch.pulsed(System.nanoTime());
            if (more > 0) {
                alarms.raise(
                        "log.peer",
                        "the port of the reply log",
                        "Jetty refused frames or connections there",
                        more);
            }
            inputs.accept(RoleCore::onPulse);
        } else if (message instanceof ModuleMessage.QueryFlows m) {
            return answer(m);
        } else if (message instanceof ModuleMessage.Ready) {
            inputs.accept(RoleCore::onJettyReady);
        } else if (message instanceof ModuleMessage.LogLink m) {
            inputs.accept((core, nowNs) -> core.onLogLink(m.up(), nowNs));
        } else if (message instanceof ModuleMessage.LogStalled m) {
            inputs.accept((core, nowNs) -> core.onLogStalled(m.oldestUnackedMs(), nowNs));
        } else if (message instanceof ModuleMessage.RoleTaken m) {
            changes.taken(m, System.nanoTime());
            inputs.accept((core, nowNs) -> core.onRoleTaken(m.epoch(), m.role(), nowNs));
        } else if (message instanceof ModuleMessage.Stopping m) {
            inputs.accept((core, nowNs) -> core.onJettyStopping(m.reason(), nowNs));
        }
        return Optional.empty();
    }

    /** No answer if the kernel does not tell: Jetty asks again, the daemon must not end for it. */
    private Optional<DaemonMessage> answer(ModuleMessage.QueryFlows query) {
        try {
            return Optional.of(new DaemonMessage.Flows(query.requestId(), flows()));
        } catch (KernelException e) {
            LOG.warn("Jetty is not told its connections: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** To a primary: what it must not count on, because the peer does not have it. */
    private List<FlowSnapshot> flows() {
        DataPlane plane = spec.plane().get();
        return plane.mode() == DataPlane.Mode.PRIMARY
                ? plane.unreplicated().stream().map(key -> new FlowSnapshot(key, 0)).toList()
                : plane.flows();
    }

    @Override
    public void lost(long processId, String why) {
        LOG.warn("{} (process {})", why, processId);
        inputs.accept((core, nowNs) -> core.onJettyLost(processId, why, nowNs));
    }

    /**
     * Ends the Jetty process that an earlier daemon left: its connections are lost with it. Waits
     * for its end, two seconds at most.
     */
    static void endStale(NodeSpec spec) {
        ProcessLife left = new LifeFile(spec.stateDir(), PROC).read();
        endAndAwait(new ProcProcesses(PROC, spec.jettyUserId()), left);
    }

    /** Likewise those that the data plane has watched since. */
    static void endWatched(NodeSpec spec) {
        ProcProcesses processes = new ProcProcesses(PROC, spec.jettyUserId());
        for (long processId : spec.plane().get().watched()) {
            // The kernel forgets a watched process at its end: this is still the same one.
            spec.plane().get().unwatch(processId);
            endAndAwait(processes, processes.life(processId));
        }
    }

    private static void endAndAwait(ProcProcesses processes, ProcessLife life) {
        if (life.processId() == ProcessHandle.current().pid() || !processes.lives(life)) {
            return;
        }
        LOG.warn("ending Jetty process {}: it was left by an earlier daemon", life.processId());
        processes.know(life);
        processes.end(life.processId(), true);
        for (int i = 0; i < 200 && processes.lives(life); i++) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
