package org.coralha.heartbeat.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;

/**
 * Both hosts in one thread with a simulated clock, link, outside host, disk and Jetty. After every
 * event the invariants of who may send are checked.
 */
final class SimPair {
    static final long MS = 1_000_000;
    static final Timing TIMING =
            new Timing(
                    2_500_000,
                    25 * MS,
                    75 * MS,
                    1000 * MS,
                    1000 * MS,
                    10_000 * MS,
                    2_000 * MS,
                    500 * MS);

    private record Event(long atNs, long order, Runnable run) {}

    final Random random;
    final Map<HostId, SimHost> hosts = new EnumMap<>(HostId.class);
    final List<String> log = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (x, y) ->
                            x.atNs != y.atNs
                                    ? Long.compare(x.atNs, y.atNs)
                                    : Long.compare(x.order, y.order));
    private final Map<Long, HostId> claimed = new HashMap<>();
    private long nowNs = 1_000 * MS;
    private long order;
    boolean peerLink = true;

    /** True if nothing that happens here can excuse two senders, whatever their epochs are. */
    boolean oneSender;

    /** Null in a pair without a witness. */
    SimWitness witness;

    double loss;
    double duplicate;
    long jitterNs;

    SimPair(long seed) {
        random = new Random(seed);
        for (HostId id : HostId.values()) {
            hosts.put(id, new SimHost(this, id));
        }
    }

    /** With a witness, and then nothing excuses two senders any more. */
    SimPair witnessed() {
        witness = new SimWitness(this);
        oneSender = true;
        return this;
    }

    SimHost a() {
        return hosts.get(HostId.A);
    }

    SimHost b() {
        return hosts.get(HostId.B);
    }

    long nowNs() {
        return nowNs;
    }

    void after(long delayNs, Runnable run) {
        events.add(new Event(nowNs + delayNs, order++, run));
    }

    /** Both hosts with a Jetty each, started and in duplex; a is the primary. */
    SimPair duplex() {
        a().boot();
        b().boot();
        run(500);
        if (a().role() != HostRole.PRIMARY || b().role() != HostRole.BACKUP) {
            throw new AssertionError("no duplex: " + this);
        }
        return this;
    }

    void run(long forMs) {
        long endNs = nowNs + forMs * MS;
        while (!events.isEmpty() && events.peek().atNs <= endNs) {
            Event event = events.poll();
            nowNs = event.atNs;
            event.run.run();
            check();
        }
        nowNs = endNs;
    }

    /** Carries a heartbeat over the simulated link. */
    void carry(SimHost from, PeerBeat beat) {
        SimHost to = hosts.get(from.id.peer());
        int copies = random.nextDouble() < duplicate ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            boolean lost =
                    !peerLink
                            || random.nextDouble() < from.mute
                            || !from.cable
                            || !to.cable
                            || random.nextDouble() < loss;
            long delayNs = 100_000 + (jitterNs > 0 ? (long) (random.nextDouble() * jitterNs) : 0);
            if (!lost) {
                after(delayNs, () -> to.receive(beat));
            }
        }
    }

    /** The two modules reach each other. */
    boolean logLink() {
        return peerLink && a().cable && b().cable && a().jettyReady && b().jettyReady;
    }

    void linkChanged() {
        hosts.values().forEach(SimHost::tellLogLink);
    }

    /** A host begins to reign: nobody else may ever have reigned in that epoch. */
    void claim(HostId id, long epoch) {
        HostId before = claimed.putIfAbsent(epoch, id);
        if (before != null && before != id) {
            throw new AssertionError("epoch " + epoch + " claimed by both hosts\n" + this);
        }
    }

    private void check() {
        boolean bothSend = a().sends() && b().sends();
        if (bothSend && oneSender) {
            throw new AssertionError("two senders\n" + this);
        }
        if (bothSend && a().core.beat().epoch() == b().core.beat().epoch()) {
            throw new AssertionError("two senders in one epoch\n" + this);
        }
        hosts.values().forEach(SimHost::checkEpoch);
    }

    @Override
    public String toString() {
        return "at "
                + nowNs / MS
                + " ms a="
                + a()
                + " b="
                + b()
                + (witness == null ? "" : " witness=" + witness)
                + "\n"
                + String.join("\n", log.subList(Math.max(0, log.size() - 60), log.size()));
    }

    static boolean sending(Mode mode) {
        return mode == Mode.SIMPLEX || mode == Mode.PRIMARY;
    }
}
