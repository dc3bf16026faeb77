package org.coralha.heartbeat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.coralha.heartbeat.io.AddressAnnouncer;
import org.coralha.heartbeat.io.Node;
import org.coralha.heartbeat.io.NodeSpec;
import org.coralha.heartbeat.io.TraitReader;
import org.coralha.kernel.AdvertisedAddress;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.DataPlaneSpec;
import org.coralha.kernel.HostInterface;
import org.coralha.kernel.Interfaces;
import org.coralha.kernel.KernelException;
import org.coralha.kernel.NeighbourAnnouncer;
import org.coralha.kernel.OutsideProbe;
import org.coralha.kernel.PinnedDataPlane;
import org.coralha.kernel.jna.LockedMemory;
import org.coralha.pair.Acknowledgement;
import org.coralha.pair.PairKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the daemon up on this host and down again.
 *
 * <p>After an orderly stop the advertised address is removed and the data plane stays attached and
 * FENCED: sockets of a Jetty that is still ending cannot send a FIN or RST for the service. {@code
 * coral-heartbeatd --detach} removes it. After a failed start, or a refusal to pair, everything
 * that was added is gone.
 */
final class Host {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    private static final Path SYSCTLS = Path.of("/proc/sys");

    private final HostFacts facts;
    private final Paths paths;
    private final AtomicReference<Node> node = new AtomicReference<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private volatile DataPlane plane;
    private boolean pinsAreNew;
    private volatile boolean refused;
    private NeighbourAnnouncer neighbours;

    private Host(HostFacts facts, Paths paths) {
        this.facts = facts;
        this.paths = paths;
    }

    /** Starts; the daemon then lives until SIGTERM, a refusal or a fatal error. */
    static void start(HostFacts facts, Paths paths) throws IOException {
        Host host = new Host(facts, paths);
        try {
            host.up();
        } catch (IOException | RuntimeException e) {
            host.undo();
            host.removeNewPins();
            throw e;
        }
        host.stayAlive();
    }

    static DataPlaneSpec planeSpec(
            HostFacts facts, Paths paths, DataPlaneSpec.CrashListener listener) {
        return new DataPlaneSpec(
                facts.config.service(),
                facts.config.addressOf(facts.self),
                facts.interfaceName,
                pins(facts, paths),
                listener);
    }

    private static Path pins(HostFacts facts, Paths paths) {
        return paths.bpffs.resolve(facts.config.pairName() + "-" + facts.self.key());
    }

    private static void lockMemory() {
        try {
            LockedMemory.lockAll();
        } catch (KernelException e) {
            LOG.warn("{}: a host short of memory may look dead", e.getMessage());
        }
    }

    private void up() throws IOException {
        lockMemory();
        Files.createDirectories(paths.stateDir);
        Files.createDirectories(paths.runDir);
        HostInterface carrying = Interfaces.carrying(facts.config.addressOf(facts.self));
        neighbours = NeighbourAnnouncer.open(carrying);
        NodeSpec spec = spec(carrying);
        // Sockets first: a second daemon must fail before it touches the data plane of the first.
        Node fresh = new Node(spec);
        node.set(fresh);
        // What a daemon that was killed has left must be silent without a data plane too: pins may
        // turn out not to fit. Nothing can be sent from an address that is not here.
        AdvertisedAddress.remove(service(), facts.interfaceName);
        Node.endStale(spec);
        pinsAreNew = Files.notExists(pins(facts, paths));
        PinnedDataPlane opened = PinnedDataPlane.open(planeSpec(facts, paths, this::onCrash));
        plane = opened;
        plane.mode(DataPlane.Mode.FENCED);
        acknowledge(opened, facts.config.acknowledgement());
        Node.endWatched(spec);
        plane.clearFlows();
        AdvertisedAddress.add(service(), facts.interfaceName);
        plane.watch(ProcessHandle.current().pid());
        // Before the first heartbeat can refuse the pair and end the process.
        Runtime.getRuntime().addShutdownHook(new Thread(this::down, "coral-shutdown"));
        fresh.start();
        LOG.info(
                "host {} of pair {} for {} is ready for Jetty at {}",
                facts.self.key(),
                facts.config.pairName(),
                facts.config.service(),
                paths.runDir.resolve("daemon.sock"));
    }

    private static void acknowledge(PinnedDataPlane plane, Acknowledgement acknowledgement) {
        plane.acknowledgement(acknowledgement);
        if (!acknowledgement.isStrict()) {
            LOG.warn(
                    "{}={}: an upload may not survive the primary, because the backup may lack"
                            + " bytes that its client believes delivered",
                    PairKey.ACKNOWLEDGEMENT.key(),
                    acknowledgement.word());
        }
    }

    private NodeSpec spec(HostInterface carrying) {
        InetAddress own = facts.config.addressOf(facts.self);
        List<InetAddress> outside = facts.config.outside();
        return new NodeSpec(
                facts.config,
                facts.fingerprint,
                () -> TraitReader.read(release(), SYSCTLS, facts.interfaceName),
                facts.self,
                facts.keyFile,
                facts.witnessKeyFile,
                paths.stateDir,
                paths.runDir,
                facts.jettyUserId,
                facts.jettyGroup,
                () -> plane,
                PinnedDataPlane::clockNs,
                carrying.mac(),
                () -> Interfaces.hasCarrier(carrying.name()),
                timeoutMs -> new OutsideProbe(own).firstAnswer(outside, timeoutMs).isPresent(),
                wire(),
                this::leave,
                Host::fatal,
                this::refuse,
                this::end);
    }

    private InetAddress service() {
        return facts.config.service().getAddress();
    }

    private static String release() {
        String release = Host.class.getPackage().getImplementationVersion();
        return release == null ? "unknown" : release;
    }

    private AddressAnnouncer.Wire wire() {
        InetAddress service = service();
        return new AddressAnnouncer.Wire() {
            @Override
            public void announce() {
                neighbours.announce(service);
            }

            @Override
            public boolean answered(int timeoutMs) {
                return new OutsideProbe(service)
                        .firstAnswer(facts.config.outside(), timeoutMs)
                        .isPresent();
            }
        };
    }

    private void onCrash(long processId, int exitStatus) {
        Node running = node.get();
        if (running != null) {
            running.onCrash(processId, exitStatus);
        }
    }

    /** The kernel fences the service at once when this process ends. */
    private static void fatal(String what, Throwable cause) {
        LOG.error("{}: ending, the kernel fences the service", what, cause);
        Runtime.getRuntime().halt(3);
    }

    private void refuse(String problem) {
        if (ending.compareAndSet(false, true)) {
            LOG.error("cannot pair: {}", problem);
            refused = true;
            // Not on the decision thread: the shutdown waits for it.
            new Thread(() -> System.exit(Daemon.REFUSED), "coral-refuse").start();
        }
    }

    private void end() {
        if (ending.compareAndSet(false, true)) {
            LOG.info("stopped by an operator: this host is out of the pair");
            new Thread(() -> System.exit(0), "coral-end").start();
        }
    }

    private void down() {
        Node running = node.get();
        if (running == null) {
            // The start failed and has undone everything itself.
            return;
        }
        LOG.info("stopping");
        running.shutdown();
        undo();
        if (refused && pinsAreNew) {
            removeNewPins();
            LOG.info("stopped; everything that was added is gone");
            return;
        }
        LOG.info("stopped; the data plane stays fenced until --detach or the next start");
    }

    private void undo() {
        quietly("close", () -> closeNode());
        if (plane != null) {
            leave();
            quietly("fence", () -> plane.mode(DataPlane.Mode.FENCED));
            quietly("unwatch", () -> plane.unwatch(ProcessHandle.current().pid()));
            quietly("close the data plane", plane::close);
        }
        if (neighbours != null) {
            quietly("close the socket of announcements", neighbours::close);
        }
    }

    private void leave() {
        quietly(
                "remove the advertised address",
                () -> AdvertisedAddress.remove(service(), facts.interfaceName));
    }

    private void removeNewPins() {
        if (pinsAreNew) {
            quietly(
                    "detach",
                    () -> PinnedDataPlane.detach(planeSpec(facts, paths, (pid, status) -> {})));
        }
    }

    private void closeNode() throws IOException {
        Node running = node.getAndSet(null);
        if (running != null) {
            running.close();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void quietly(String what, Step step) {
        try {
            step.run();
        } catch (IOException | KernelException e) {
            LOG.warn("{}: {}", what, e.getMessage());
        }
    }

    private synchronized void stayAlive() {
        while (true) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
