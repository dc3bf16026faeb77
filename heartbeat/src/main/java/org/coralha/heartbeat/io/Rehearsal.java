package org.coralha.heartbeat.io;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.Lease;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PauseOrder;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.core.Timing;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.heartbeat.port.AddressClaim;
import org.coralha.heartbeat.port.EpochStore;
import org.coralha.heartbeat.port.PeerLink;
import org.coralha.heartbeat.port.SoleStore;
import org.coralha.heartbeat.port.WitnessLink;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.HostId;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.keys.KeyRing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over many times on a shadow core before the daemon takes part, so that classes are loaded
 * and code is compiled when the first real takeover comes. Reads the real data plane, but changes
 * nothing: it stays fenced.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int ROUNDS = 2_000;
    private static final int PLANE_ROUNDS = 300;
    private static final int FLOWS = 200;

    /** What a slow host spends on each part of it at most. */
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(3);

    private final Timing timing;
    private final List<FlowSnapshot> flows = flows();
    private final BeatCodec codec;
    private final DataPlane shadow = new ShadowPlane();
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(BeatCodec.DATAGRAM_BYTES);
    private long bytes;
    private long nowNs = 1;

    private Rehearsal(NodeSpec spec) {
        this.timing = Timing.of(spec.config());
        HostTraits traits = spec.traits().get();
        // As the peer, so that the shadow may decode what it encoded.
        this.codec =
                new BeatCodec(
                        spec.self(),
                        "rehearsal",
                        spec.config().digest(),
                        spec.fingerprint(),
                        () -> traits,
                        spec.ownMac(),
                        BeatKeys.fixed(KeyRing.of(new byte[KeyRing.SECRET_MIN_BYTES])));
    }

    /** Rehearses for about a second, on a slow host for a few. */
    static void run(NodeSpec spec) {
        long startNs = System.nanoTime();
        Rehearsal rehearsal = new Rehearsal(spec);
        Performer performer = new Performer(rehearsal.ports(), new Counters());
        int rounds =
                repeat(
                        ROUNDS,
                        () -> {
                            rehearsal.takeOver(performer);
                            rehearsal.takeOverAtLastGasp(performer);
                            rehearsal.dropBackup(performer);
                            rehearsal.handOver(performer);
                        });
        repeat(
                PLANE_ROUNDS,
                () -> {
                    spec.plane().get().mode(DataPlane.Mode.FENCED);
                    rehearsal.bytes += spec.plane().get().flows().size();
                });
        LOG.info(
                "rehearsed {} takeovers in {} ms, {} bytes",
                rounds,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs),
                rehearsal.bytes);
    }

    /** As often as that, or until the limit; gives back how often. */
    private static int repeat(int times, Runnable round) {
        long startNs = System.nanoTime();
        int done = 0;
        while (done < times && System.nanoTime() - startNs < LIMIT_NS) {
            round.run();
            done++;
        }
        return done;
    }

    private void takeOver(Performer performer) {
        RoleCore core = standby(performer);
        for (long silent = 0; silent <= timing.silenceNs() * 2; silent += timing.tickNs()) {
            nowNs += timing.tickNs();
            perform(performer, core, core.onTick(nowNs));
            perform(performer, core, core.onOutsideAnswer(nowNs, nowNs));
        }
        perform(performer, core, core.onRoleTaken(2, ServiceRole.SIMPLEX, nowNs));
        perform(performer, core, core.onCrash(1, 9, nowNs));
    }

    /** The same with a last gasp of the primary instead of its silence. */
    private void takeOverAtLastGasp(Performer performer) {
        RoleCore core = standby(performer);
        PeerBeat gasp =
                new PeerBeat(
                        9,
                        3,
                        7,
                        3,
                        1,
                        0,
                        ServiceRole.FENCED,
                        false,
                        false,
                        false,
                        false,
                        false,
                        false,
                        0,
                        0,
                        PauseOrder.NONE,
                        true,
                        "");
        perform(performer, core, core.onBeat(gasp, nowNs));
    }

    /** The same at a primary that loses its backup, then its Jetty. */
    private void dropBackup(Performer performer) {
        RoleCore core = primary(performer);
        perform(performer, core, core.onBeat(says(4, 0, ServiceRole.FENCED), nowNs));
        perform(performer, core, core.onCrash(1, 9, nowNs));
    }

    /** The same at a primary that is told to hand over. */
    private void handOver(Performer performer) {
        RoleCore core = primary(performer);
        perform(performer, core, core.onSwitchover(0, false, nowNs));
        perform(performer, core, core.onBeat(says(4, 4, ServiceRole.SIMPLEX), nowNs));
        perform(performer, core, core.onRoleTaken(3, ServiceRole.IDLE, nowNs));
    }

    private RoleCore primary(Performer performer) {
        RoleCore core = new RoleCore(HostId.A, HostId.A, timing, 0, 7, nowNs);
        perform(performer, core, core.onJettyAttached(1, nowNs));
        perform(performer, core, core.onJettyReady(nowNs));
        perform(performer, core, core.onLogLink(true, nowNs));
        perform(performer, core, core.onBeat(says(1, 0, ServiceRole.IDLE), nowNs));
        perform(performer, core, core.onRoleTaken(1, ServiceRole.SIMPLEX, nowNs));
        perform(performer, core, core.onBeat(says(2, 0, ServiceRole.IDLE), nowNs));
        perform(performer, core, core.onRoleTaken(3, ServiceRole.PRIMARY, nowNs));
        perform(performer, core, core.onBeat(says(3, 3, ServiceRole.BACKUP), nowNs));
        return core;
    }

    private RoleCore standby(Performer performer) {
        RoleCore core = new RoleCore(HostId.B, HostId.A, timing, 0, 7, nowNs);
        perform(performer, core, core.onJettyAttached(1, nowNs));
        perform(performer, core, core.onJettyReady(nowNs));
        perform(performer, core, core.onLogLink(true, nowNs));
        perform(performer, core, core.onBeat(says(1, 1, ServiceRole.PRIMARY), nowNs));
        perform(performer, core, core.onRoleTaken(1, ServiceRole.BACKUP, nowNs));
        perform(performer, core, core.onBeat(says(2, 1, ServiceRole.PRIMARY), nowNs));
        return core;
    }

    private static void perform(Performer performer, RoleCore core, Decision decision) {
        performer.perform(decision, core, System.nanoTime());
    }

    private static PeerBeat says(long sequence, long epoch, ServiceRole role) {
        return new PeerBeat(
                9,
                sequence,
                7,
                sequence,
                epoch,
                0,
                role,
                true,
                true,
                true,
                false,
                false,
                false,
                0,
                0,
                PauseOrder.NONE,
                false,
                "");
    }

    private Performer.Ports ports() {
        return new Performer.Ports(
                new NoEpochs(),
                () -> shadow,
                new EncodingLink(),
                message -> bytes += MessageCodec.encode(message).remaining(),
                new NoClaim(),
                sentNs -> {},
                WitnessLink.NONE,
                SoleStore.NONE,
                (processId, force) -> {},
                new LeaseKeeper(new Lease(timing), () -> shadow, new Counters()),
                problem -> {},
                () -> {},
                change -> bytes += change.toString().length());
    }

    private static List<FlowSnapshot> flows() {
        List<FlowSnapshot> flows = new ArrayList<>();
        try {
            InetAddress client = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
            for (int i = 1; i <= FLOWS; i++) {
                flows.add(new FlowSnapshot(new FlowKey(client, i), i));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        return flows;
    }

    private static final class NoEpochs implements EpochStore {
        @Override
        public long highest() {
            return 0;
        }

        @Override
        public void ensure(long epoch) {}
    }

    private static final class NoClaim implements AddressClaim {
        @Override
        public void claim(boolean prove) {}

        @Override
        public void release() {}
    }

    private final class EncodingLink implements PeerLink {
        private OwnBeat saying;

        @Override
        public void say(OwnBeat beat) {
            saying = beat;
        }

        @Override
        public void hush() {}

        @Override
        public void announce(int copies, boolean lastGasp) {
            codec.encode(saying, lastGasp, 9, 1, 7, 1, datagram);
            bytes += datagram.remaining();
            try {
                codec.decode(datagram);
            } catch (ProtocolException e) {
                // a host does not take its own heartbeats; the HMAC was computed, which counts
                bytes++;
            }
        }
    }

    private final class ShadowPlane implements DataPlane {
        @Override
        public Optional<String> breach() {
            return Optional.empty();
        }

        @Override
        public void mode(Mode mode) {}

        @Override
        public Mode mode() {
            return Mode.FENCED;
        }

        @Override
        public void lease(long untilNs) {}

        @Override
        public long lease() {
            return 0;
        }

        @Override
        public long leaseClockNs() {
            return nowNs;
        }

        @Override
        public void peer(MacAddress peer) {}

        @Override
        public List<FlowSnapshot> flows() {
            return flows;
        }

        @Override
        public List<FlowKey> unreplicated() {
            return List.of();
        }

        @Override
        public void clearFlows() {}

        @Override
        public int sweep(long closedForMs) {
            return 0;
        }

        @Override
        public void watch(long processId) {}

        @Override
        public void unwatch(long processId) {}

        @Override
        public List<Long> watched() {
            return List.of();
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of();
        }

        @Override
        public void close() {}
    }
}
