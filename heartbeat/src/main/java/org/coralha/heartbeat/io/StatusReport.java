package org.coralha.heartbeat.io;

import static java.util.stream.Collectors.joining;

import java.util.Map;
import java.util.TreeMap;
import org.coralha.heartbeat.core.CoreView;
import org.coralha.heartbeat.core.PauseOrder;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.core.WitnessView;
import org.coralha.kernel.DataPlane;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.keys.KeyRing;

/** The status of this host as one line of JSON. */
final class StatusReport {
    private static final long WITNESS_SILENCE_MS = 2_000;

    private final NodeSpec spec;
    private final Counters counters;
    private final Changes changes;
    private final JettyDesk desk;
    private final Alarms alarms;
    private final KeyKeeper keys;
    private final int witnessKey;

    /**
     * @param witnessKey number of the newest key that the witness has too, 0 if it says none
     */
    StatusReport(
            NodeSpec spec,
            Counters counters,
            Changes changes,
            JettyDesk desk,
            Alarms alarms,
            KeyKeeper keys,
            int witnessKey) {
        this.spec = spec;
        this.counters = counters;
        this.changes = changes;
        this.desk = desk;
        this.alarms = alarms;
        this.keys = keys;
        this.witnessKey = witnessKey;
    }

    String json(CoreView view) {
        return new JsonWriter()
                .put("host", spec.self().key())
                .put("role", role(view).name())
                .put("state", view.role().name())
                .put("epoch", view.epoch())
                .put("mode", mode(view))
                .put("pair", spec.config().pairName())
                .put("service", service())
                .put("jetty", jetty(view))
                .put("peer", peer(view))
                .put("witness", witness(view))
                .put("carrier", view.carrier())
                .put("addressProven", view.addressProven())
                .put("release", spec.traits().get().release())
                .put("pause", pause(view))
                .put("dataPlane", dataPlane())
                .put("lastChange", change(changes.last()))
                .put("lastFailover", change(changes.lastFailover()))
                .put("keys", keys())
                .put("alarms", alarms.json(System.nanoTime()))
                .put("counters", allCounters(view))
                .toString();
    }

    /** What the host is to the service; an offer that is not accepted yet is still simplex. */
    private static ServiceRole role(CoreView view) {
        return switch (view.role()) {
            case OFFERING -> ServiceRole.SIMPLEX;
            case CUT_PRIMARY, CUT_SIMPLEX -> ServiceRole.FENCED;
            default -> view.role().announced();
        };
    }

    /** State of the pair as this host sees it. */
    private static String mode(CoreView view) {
        return switch (view.role()) {
            case PRIMARY, BACKUP -> "DUPLEX";
            case SIMPLEX, SHARING, OFFERING, JOINING -> "SIMPLEX";
            case CUT_PRIMARY, CUT_SIMPLEX -> "CUT";
            case DETACHED, IDLE, FENCED -> view.peerPresent() ? peerMode(view.peer()) : "DOWN";
        };
    }

    private static String peerMode(PeerBeat peer) {
        return peer.role().serves() ? "SIMPLEX" : "DOWN";
    }

    private String service() {
        String address = spec.config().service().getAddress().getHostAddress();
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return "http://" + host + ":" + spec.config().service().getPort();
    }

    private JsonWriter jetty(CoreView view) {
        return new JsonWriter()
                .put("pid", view.jettyProcessId())
                .put("ready", view.jettyReady())
                .put("logLink", view.logLink())
                .put("role", view.jettyRole().name())
                .put("heldBytes", desk.pulse().heldBytes())
                .put("oldestUnackedMs", desk.pulse().oldestUnackedMs());
    }

    private JsonWriter peer(CoreView view) {
        JsonWriter out =
                new JsonWriter()
                        .put("host", spec.self().peer().key())
                        .put("heard", view.peerPresent())
                        .put("silenceMs", view.peerSilenceNs() / 1_000_000);
        PeerBeat last = view.peer();
        if (last != null) {
            out.put("role", last.role().name())
                    .put("epoch", last.epoch())
                    .put("jettyReady", last.jettyReady())
                    .put("logLink", last.logLink())
                    .put("configProblem", last.configProblem());
        }
        return out;
    }

    /** Reachable: it answered within the last two seconds. */
    private JsonWriter witness(CoreView view) {
        WitnessView witness = view.witness();
        long silenceMs = witness.silenceNs() / 1_000_000;
        return new JsonWriter()
                .put("configured", witness.configured())
                .put("reachable", witness.configured() && silenceMs < WITNESS_SILENCE_MS)
                .put("silenceMs", silenceMs)
                .put("key", witnessKey)
                .put("admitted", witness.admitted())
                .put("highest", witness.highest())
                .put("holder", witness.holder().name())
                .put("asking", witness.asking())
                .put("sole", witness.sole());
    }

    /** Agreed: the peer has said the number of the same order, so it will do the same. */
    private static JsonWriter pause(CoreView view) {
        PauseOrder order = view.pause();
        return new JsonWriter()
                .put("paused", order.isPaused())
                .put("remainingMs", order.remainingNs() / 1_000_000)
                .put("number", order.number())
                .put(
                        "agreed",
                        view.peer() != null && view.peer().pause().number() == order.number());
    }

    /** The key in use is the newest that both have; once it is the newest here, others may go. */
    private JsonWriter keys() {
        KeyRing ring = keys.ring();
        return new JsonWriter()
                .put("known", ring.ids().stream().map(Object::toString).collect(joining(", ")))
                .put("newest", ring.newest())
                .put("inUse", keys.common(System.nanoTime()));
    }

    private JsonWriter dataPlane() {
        DataPlane plane = spec.plane().get();
        long leftNs = plane.lease() - plane.leaseClockNs();
        return new JsonWriter()
                .put("mode", plane.mode().name())
                .put("flows", plane.flows().size())
                .put("unprotected", plane.unreplicated().size())
                .put("leaseMs", Math.max(0, leftNs / 1_000_000));
    }

    private static JsonWriter change(RoleChange change) {
        if (change == null) {
            return null;
        }
        return new JsonWriter()
                .put("epoch", change.epoch())
                .put("from", change.from().name())
                .put("to", change.to().name())
                .put("reason", change.reason())
                .put("flows", change.flows())
                .put("detectionToFlipMicros", change.flipMicros())
                .put("detectionToReleaseMicros", change.releaseMicros())
                .put("detectionToFirstByteMicros", change.firstByteMicros())
                .put("detectionToRoleTakenMicros", change.takenMicros());
    }

    private Map<String, Long> allCounters(CoreView view) {
        Map<String, Long> all = new TreeMap<>();
        counters.snapshot().forEach((name, value) -> all.put("daemon." + name, value));
        view.counters().forEach((name, value) -> all.put("core." + name, value));
        all.put("module.log.garbage", desk.pulse().logGarbage());
        spec.plane().get().counters().forEach((name, value) -> all.put("plane." + name, value));
        return all;
    }
}
