package org.coralha.heartbeat.io;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.Lease;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.core.ReplayRule;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.core.Timing;
import org.coralha.heartbeat.core.Witnessed;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.Datagram;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.port.SoleStore;
import org.coralha.heartbeat.port.WitnessLink;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.PairConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running daemon of one host: wires the core to its edges. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final long SHUTDOWN_LIMIT_MS = 2_000;
    private static final long WATCH_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SWEEP_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    private final NodeSpec spec;
    private final Counters counters = new Counters();
    private final Alarms alarms = new Alarms();
    private final KeyKeeper keys;
    private final ReplayRule replays;
    private final Timing timing;
    private final EpochFile epochs;
    private final PeerSocket peer;
    private final JettyDesk desk;
    private final ModuleServer modules;
    private final ControlServer control;
    private final CarrierWatch carrier;
    private final AddressAnnouncer address;
    private final Changes changes = new Changes();
    private final DecisionLoop loop;
    private final Performer performer;
    private final LeaseKeeper lease;
    private final WitnessSocket witness;
    private final SoleStore sole;
    private MacAddress peerMac;
    private String peerProblem = "";
    private volatile HostTraits traits;
    private volatile boolean closed;

    /**
     * Binds all sockets and files; nothing runs before {@link #start}.
     *
     * @throws IOException naming what cannot be used; nothing stays open then
     */
    public Node(NodeSpec spec) throws IOException {
        this.spec = spec;
        PairConfig config = spec.config();
        this.timing = Timing.of(config);
        this.traits = spec.traits().get();
        this.keys = KeyKeeper.open(spec.keyFile(), timing.silenceNs(), alarms);
        this.replays = new ReplayRule(timing.silenceNs());
        try (Cleanup cleanup = new Cleanup()) {
            long incarnation = new SecureRandom().nextLong() | 1;
            this.epochs = cleanup.on(EpochFile.open(spec.stateDir()));
            this.lease = new LeaseKeeper(new Lease(timing), spec.plane(), counters);
            this.witness = config.witness().isPresent() ? cleanup.on(witnessSocket()) : null;
            this.sole = witness == null ? SoleStore.NONE : SoleFile.open(spec.stateDir());
            this.peer =
                    cleanup.on(
                            new PeerSocket(
                                    config.addressOf(spec.self()),
                                    config.addressOf(spec.self().peer()),
                                    config.heartbeat().port(),
                                    incarnation,
                                    this::codec,
                                    lease::sending,
                                    counters,
                                    alarms));
            this.desk = new JettyDesk(spec, epochs::highest, this::submitSurely, changes, alarms);
            this.modules =
                    cleanup.on(
                            new ModuleServer(
                                    spec.runDir().resolve("daemon.sock"),
                                    spec.jettyGroup(),
                                    desk,
                                    counters,
                                    alarms));
            this.control =
                    cleanup.on(
                            new ControlServer(
                                    spec.runDir().resolve("control.sock"),
                                    this::command,
                                    counters,
                                    alarms));
            RoleCore core =
                    new RoleCore(
                            spec.self(),
                            config.preferred(),
                            timing,
                            epochs.highest(),
                            incarnation,
                            new Witnessed(witness != null, sole.epoch()),
                            spec.clock().getAsLong());
            this.address =
                    new AddressAnnouncer(
                            spec.wire(), () -> submitSurely(RoleCore::onAddressProven), counters);
            this.performer = new Performer(ports(), counters);
            this.loop =
                    new DecisionLoop(
                            core,
                            timing.tickNs(),
                            spec.clock(),
                            performer,
                            spec.fatal(),
                            changes::slow,
                            counters);
            this.carrier =
                    new CarrierWatch(
                            spec.carrier(),
                            up -> submitSurely((c, now) -> c.onCarrier(up, now)),
                            () -> spec.plane().get().breach(),
                            this::onBreach,
                            counters);
            cleanup.keep();
        }
    }

    private WitnessSocket witnessSocket() throws IOException {
        PairConfig config = spec.config();
        return new WitnessSocket(
                config.addressOf(spec.self()),
                config.witness().orElseThrow(),
                spec.self(),
                WitnessCodec.pairHash(config.identity()),
                KeyKeeper.open(spec.witnessKeyFile(), timing.silenceNs(), alarms),
                spec.clock(),
                counters,
                alarms);
    }

    private BeatCodec codec() {
        return new BeatCodec(
                spec.self(),
                spec.config().pairName(),
                spec.config().digest(),
                spec.fingerprint(),
                () -> traits,
                spec.ownMac(),
                keys);
    }

    private Performer.Ports ports() {
        return new Performer.Ports(
                epochs,
                spec.plane(),
                peer,
                message -> {
                    desk.used();
                    modules.takeRole(message);
                },
                address,
                new OutsidePool(
                        spec.ping(),
                        sentNs -> submitSurely((c, now) -> c.onOutsideAnswer(sentNs, now)),
                        counters),
                witness == null ? WitnessLink.NONE : witness,
                sole,
                desk.processes(),
                lease,
                spec.refuse(),
                spec.end(),
                changes);
    }

    /** Ends the Jetty that an earlier daemon of this host left. Needs no data plane. */
    public static void endStale(NodeSpec spec) {
        JettyDesk.endStale(spec);
    }

    /** Ends Jetty processes that the data plane still watches for an earlier daemon. */
    public static void endWatched(NodeSpec spec) {
        JettyDesk.endWatched(spec);
    }

    /** Starts to take part. */
    public void start() {
        Rehearsal.run(spec);
        loop.start();
        peer.start(
                timing.periodNs(),
                () -> loop.tickedWithin(timing.silenceNs() - timing.periodNs()),
                this::onDatagram,
                spec.fatal());
        if (witness != null) {
            witness.start(answer -> loop.submit((c, now) -> c.onWitnessAnswer(answer, now)));
        }
        modules.start(spec.fatal());
        control.start();
        carrier.start(spec.fatal());
        Threads.start("sweep", this::sweep);
        Threads.start("pulse-watch", this::watchPulse);
        Threads.start("watch", this::watch);
    }

    /** The data plane saw a watched process end and fenced the service. */
    public void onCrash(long processId, int exitStatus) {
        submitSurely((core, nowNs) -> core.onCrash(processId, exitStatus, nowNs));
    }

    /** Nothing holds back what the kernel sends of the service: it must have nothing to send. */
    private void onBreach(String why) {
        LOG.error("{}: giving up the address and Jetty", why);
        spec.leave().run();
        desk.endAttached();
        spec.fatal().accept("the data plane does not hold: " + why, null);
    }

    /** Moves the service away, if it is here, and returns when that is done. */
    public void shutdown() {
        submitSurely(RoleCore::onShutdown);
        try {
            loop.ask(RoleCore::role, SHUTDOWN_LIMIT_MS);
        } catch (TimeoutException e) {
            LOG.error("the decision thread does not answer; the kernel fences the service");
        }
        loop.stop();
    }

    private void submitSurely(DecisionLoop.Input input) {
        loop.submitSurely(input);
    }

    private void onDatagram(Datagram datagram) {
        loop.submit(
                (core, nowNs) -> {
                    boolean again = isCurrent(datagram.beat(), core.beat());
                    Decision decision = core.onBeat(datagram.beat(), nowNs);
                    boolean fresh = !again && isCurrent(datagram.beat(), core.beat());
                    if (fresh) {
                        // The core's clock is another one.
                        keys.peerHas(datagram.commonKey(), System.nanoTime());
                        learn(datagram);
                    }
                    if (replays.suspects(datagram.beat(), fresh, nowNs)) {
                        tellReplay(datagram.beat());
                    }
                    return decision;
                });
    }

    /** A heartbeat that somebody sends again is genuine, but says nothing of today. */
    private static boolean isCurrent(PeerBeat beat, OwnBeat own) {
        return own.countedIncarnation() == beat.incarnation()
                && own.countedSequence() == beat.sequence();
    }

    private void tellReplay(PeerBeat beat) {
        counters.count("beat.refused.replay");
        alarms.raise(
                "heartbeat.replay",
                spec.config().addressOf(spec.self().peer()).getHostAddress(),
                String.format(
                        "a genuine heartbeat was sent again, or the network doubles or delays:"
                                + " %s in epoch %d%s",
                        beat.role(), beat.epoch(), beat.lastGasp() ? ", a last gasp" : ""));
    }

    private void learn(Datagram datagram) {
        if (!datagram.mac().equals(peerMac)) {
            spec.plane().get().peer(datagram.mac());
            peerMac = datagram.mac();
            LOG.info("peer {} is at {}", datagram.sender().key(), peerMac);
        }
        tellProblem(datagram);
    }

    private void tellProblem(Datagram datagram) {
        String problem = datagram.beat().configProblem();
        if (!problem.equals(peerProblem)) {
            peerProblem = problem;
            LOG.warn(
                    "peer {} {}",
                    datagram.sender().key(),
                    problem.isEmpty() ? "is alike now" : "cannot join: " + problem);
        }
    }

    private String command(String command) {
        int witnessKey = witness == null ? 0 : witness.commonKey();
        StatusReport report =
                new StatusReport(spec, counters, changes, desk, alarms, keys, witnessKey);
        return new Commands(loop, spec.plane(), report).answer(command);
    }

    /** What must not wait for the slower sweep, nor hold anything up. */
    private void watch() {
        LockSupport.parkNanos(WATCH_EVERY_NS);
        while (!closed) {
            keys.poll(System.nanoTime());
            if (witness != null) {
                witness.poll(System.nanoTime());
            }
            alarms.tell(System.nanoTime());
            LockSupport.parkNanos(WATCH_EVERY_NS);
        }
    }

    private void sweep() {
        int endedMs = spec.config().flowEndedMs();
        long endedNs = TimeUnit.MILLISECONDS.toNanos(endedMs);
        while (!closed) {
            LockSupport.parkNanos(Math.min(SWEEP_EVERY_NS, endedNs / 3));
            try {
                traits = spec.traits().get();
                spec.plane().get().sweep(endedMs);
            } catch (RuntimeException e) {
                counters.count("plane.sweep_failed");
            }
        }
    }

    private void watchPulse() {
        while (!closed) {
            LockSupport.parkNanos(desk.watch().everyNs());
            desk.watch().look(System.nanoTime());
        }
    }

    /** Counters of the daemon, by name. */
    public Counters counters() {
        return counters;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        carrier.close();
        address.release();
        loop.stop();
        control.close();
        modules.close();
        peer.close();
        if (witness != null) {
            witness.close();
        }
        epochs.close();
    }
}
