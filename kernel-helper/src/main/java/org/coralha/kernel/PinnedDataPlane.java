package org.coralha.kernel;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.coralha.kernel.jna.BootClock;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.kernel.jna.CrashRing;
import org.coralha.kernel.jna.RawSocket;
import org.coralha.pair.Acknowledgement;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The data plane over libbpf, clsact and bpffs. Only one process at a time should hold one for a
 * pin directory: crash events go to one reader.
 */
public final class PinnedDataPlane implements DataPlane {
    private static final Logger LOG = LoggerFactory.getLogger(PinnedDataPlane.class);

    /** The first reading of the flow table loads classes; a promotion cannot wait for that. */
    private static final int WARM_UP_READS = 20;

    private static final int PAY_LIMIT = 4096;
    private static final long PAY_LIMIT_NS = 50_000_000;
    private static final long NS_PER_MS = 1_000_000;

    private final DataPlaneSpec spec;
    private final BpfObject programs;
    private final ServiceTable service;
    private final FlowTable flows;
    private final WatchTable watches;
    private final Counters counters;
    private Attachment attachment;
    private CrashRing ring;
    private RawSocket frames;
    private volatile boolean closed;

    private PinnedDataPlane(DataPlaneSpec spec, BpfObject programs) {
        this.spec = spec;
        this.programs = programs;
        service = new ServiceTable(programs, spec.service());
        flows = new FlowTable(programs);
        watches = new WatchTable(programs, service.key());
        counters = new Counters(programs);
    }

    /**
     * Loads the programs, attaches them and pins everything. With no pins there the mode is FENCED.
     * Pins of an earlier instance for the same service keep their flows, watches and mode, and the
     * programs of this build take the place of the old ones without a gap; pins of another service
     * or layout are discarded.
     *
     * @throws KernelException if anything is in the way; nothing new is then left attached
     */
    public static PinnedDataPlane open(DataPlaneSpec spec) {
        HostInterface port = Interfaces.named(spec.interfaceName());
        ForeignFilters.requireNone(port);
        PinDirectory pins = new PinDirectory(spec.pinDirectory());
        pins.prepare();
        boolean fresh = !pins.holdsMaps();
        PinnedDataPlane plane = null;
        try {
            plane = load(spec, pins);
            plane.attach(port, pins);
            return plane;
        } catch (RuntimeException e) {
            if (plane != null) {
                plane.close();
            }
            if (fresh) {
                undo(spec, e);
            }
            throw e;
        }
    }

    private static void undo(DataPlaneSpec spec, RuntimeException cause) {
        try {
            detach(spec);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static PinnedDataPlane load(DataPlaneSpec spec, PinDirectory pins) {
        boolean reused = pins.holdsMaps();
        try {
            PinnedDataPlane plane = new PinnedDataPlane(spec, ObjectFile.load(pins.mapPins()));
            if (!plane.service.foreign()) {
                return plane;
            }
            plane.close();
            LOG.warn("{} holds the pins of another service: discarded", spec.pinDirectory());
        } catch (KernelException e) {
            if (!reused) {
                throw e;
            }
            LOG.warn("{} holds pins that do not fit: discarded", spec.pinDirectory(), e);
        }
        // The filters that use them go on, fenced, until attaching replaces them.
        pins.removeMaps();
        pins.prepare();
        return new PinnedDataPlane(spec, ObjectFile.load(pins.mapPins()));
    }

    private void attach(HostInterface port, PinDirectory pins) {
        service.enter(asker(port).getAddress(), port.mac());
        attachment = new Attachment(spec.service(), port, pins);
        attachment.attachCrashFence(programs);
        attachment.attachFilters(programs);
        frames = RawSocket.frames(port.index(), port.name());
        ring = new CrashRing(programs.map("crashes", 0, 0), spec.crashListener()::onCrash);
        for (int i = 0; i < WARM_UP_READS; i++) {
            flows.snapshots();
        }
    }

    /** The address of this host from which it may ask for neighbours in the service's family. */
    private InetAddress asker(HostInterface port) {
        boolean six = spec.service().getAddress() instanceof Inet6Address;
        boolean fits = six == spec.hostAddress() instanceof Inet6Address;
        if (!six && !fits) {
            throw new KernelException(
                    "set up a data plane for",
                    spec.service() + " on a host of " + spec.hostAddress(),
                    0,
                    "give the hosts IPv4 addresses, or the service an IPv6 address");
        }
        return fits ? spec.hostAddress() : Interfaces.linkLocal(port);
    }

    /**
     * Removes filters and pins, and the clsact qdisc if an instance created it and nobody else uses
     * it. No error if there is nothing.
     */
    public static void detach(DataPlaneSpec spec) {
        PinDirectory pins = new PinDirectory(spec.pinDirectory());
        Interfaces.find(spec.interfaceName())
                .ifPresent(port -> new Attachment(spec.service(), port, pins).detachFilters());
        pins.removeAll();
    }

    @Override
    public Optional<String> breach() {
        requireOpen();
        return attachment
                .breach()
                .or(
                        () ->
                                AdvertisedAddress.missing(
                                        spec.service().getAddress(), spec.interfaceName()));
    }

    @Override
    public void mode(Mode mode) {
        requireOpen();
        service.mode(mode);
    }

    @Override
    public Mode mode() {
        requireOpen();
        return service.mode();
    }

    @Override
    public void lease(long untilNs) {
        requireOpen();
        service.lease(untilNs);
    }

    @Override
    public long lease() {
        requireOpen();
        return service.lease();
    }

    @Override
    public long leaseClockNs() {
        return clockNs();
    }

    /** {@link #leaseClockNs}, also before there is a data plane. */
    public static long clockNs() {
        return BootClock.nowNs();
    }

    @Override
    public void peer(MacAddress peer) {
        requireOpen();
        service.peer(peer);
    }

    /**
     * Sets which bytes are acknowledged to clients; {@link Acknowledgement#CONDITIONAL} at first.
     */
    public void acknowledgement(Acknowledgement acknowledgement) {
        requireOpen();
        service.acknowledgement(acknowledgement);
    }

    @Override
    public List<FlowSnapshot> flows() {
        requireOpen();
        return flows.snapshots();
    }

    @Override
    public List<FlowKey> unreplicated() {
        requireOpen();
        Mode now = service.mode();
        return now == Mode.SIMPLEX || now == Mode.PRIMARY ? flows.unreplicated() : List.of();
    }

    @Override
    public int payOwed() {
        requireOpen();
        long endNs = System.nanoTime() + PAY_LIMIT_NS;
        int paid = 0;
        for (OwedAcknowledgement owed : flows.owed(PAY_LIMIT)) {
            if (System.nanoTime() - endNs > 0 || !frames.send(owed.frame())) {
                break;
            }
            paid++;
        }
        return paid;
    }

    @Override
    public void clearFlows() {
        requireOpen();
        StaleSockets.destroy(spec.service());
        flows.clear();
        service.forgetCrash();
    }

    @Override
    public int sweep(long closedForMs) {
        requireOpen();
        // The programs' bpf_ktime_get_ns and this are the same clock.
        return flows.sweep(System.nanoTime() - closedForMs * NS_PER_MS);
    }

    @Override
    public void watch(long processId) {
        requireOpen();
        watches.add(processId);
        boolean alive = ProcessHandle.of(processId).map(ProcessHandle::isAlive).orElse(false);
        if (!alive && watches.remove(processId)) {
            service.crash();
            spec.crashListener().onCrash(processId, 0);
        }
    }

    @Override
    public void unwatch(long processId) {
        requireOpen();
        watches.remove(processId);
    }

    @Override
    public List<Long> watched() {
        requireOpen();
        return watches.all();
    }

    @Override
    public Map<String, Long> counters() {
        requireOpen();
        return counters.read();
    }

    /** The kernel may have given this object's descriptors to others by now. */
    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("data plane of " + spec.service() + " is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (ring != null) {
            ring.close();
        }
        if (frames != null) {
            frames.close();
        }
        flows.close();
        programs.close();
    }
}
