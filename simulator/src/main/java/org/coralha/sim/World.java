package org.coralha.sim;

import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.HostRole;
import org.coralha.heartbeat.core.Timing;
import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.coralha.sim.engine.Calendar;
import org.coralha.sim.engine.Chance;
import org.coralha.sim.invariant.Broken;
import org.coralha.sim.invariant.Invariants;
import org.coralha.sim.invariant.Scene;
import org.coralha.sim.invariant.StandbyStaysToTheEnd;

/** Everything that exists in one simulated run: both hosts, what is between and around them. */
final class World implements Scene {
    static final long MS = 1_000_000;

    /** No daemon that may have served is there again sooner: see {@code Timing.noReignNs}. */
    static final long DAEMON_START_NS = 80 * MS;

    private static final long RECENT_NS = 500 * MS;
    private static final long START_NS = 1_000 * MS;

    final Chance chance;

    /** For what must not matter: what the network damages, and what strangers send. */
    final Chance noise;

    final SimKeys keys;
    final Timing timing = Pace.TIMING;
    final HostId preferred;
    final Calendar calendar = new Calendar(START_NS);
    final Invariants invariants;
    private final StringBuilder trace;
    private final SimHost a;
    private final SimHost b;
    private final PeerWire fromA;
    private final PeerWire fromB;
    private final WitnessWire witnessOfA;
    private final WitnessWire witnessOfB;

    /** The third host, null if the pair has none. */
    final SimWitness witness;

    /** Something that only a third vote can tell from a crash: two hosts may each serve alone. */
    private boolean ambiguous;

    /** A host may not know that the other one has carried their connections on. */
    private boolean heirUnknowable;

    /** A host cannot know that its peer has served their connections and is gone. */
    private boolean heirSilent;

    /** A hypervisor has hidden time from a host: no lease can be kept. */
    private boolean timeHidden;

    /** An operator has declared a host off: he sees to it that the network does not fail again. */
    boolean declared;

    /** Somebody restarts what ended, soon. */
    boolean restarts;

    /** One fault that the pair must survive, and no more. */
    boolean mustServe;

    /** What may happen to the link of the modules, null for nothing. */
    LinkFaults linkFaults;

    final Network network = new Network(this);
    final Clients clients;
    private final byte[] digest = new byte[32];
    private final ModuleWire framesOfA;
    private final ModuleWire framesOfB;
    private final ModuleLink link = new ModuleLink(this);
    private long isns;
    private long nonces;
    private long refused;

    /**
     * @param noise numbers of its own, so that what must not matter changes nothing
     * @param reuse numbers for ports that are used again, null if none is
     * @param witnessed whether the pair has a witness
     * @param trace where events are written, null for nowhere
     */
    World(Chance chance, Chance noise, Chance reuse, boolean witnessed, StringBuilder trace) {
        this.chance = chance;
        this.noise = noise;
        this.keys = SimKeys.of(noise);
        this.trace = trace;
        this.preferred = chance.oneIn(2) ? HostId.A : HostId.B;
        this.a = new SimHost(this, HostId.A);
        this.b = new SimHost(this, HostId.B);
        this.fromA = new PeerWire(this, a);
        this.fromB = new PeerWire(this, b);
        this.witness = witnessed ? new SimWitness(this) : null;
        this.witnessOfA = new WitnessWire(this, a);
        this.witnessOfB = new WitnessWire(this, b);
        this.framesOfA = new ModuleWire(this, a);
        this.framesOfB = new ModuleWire(this, b);
        this.invariants = new Invariants(this);
        this.clients = new Clients(this, reuse);
    }

    SimHost host(HostId id) {
        return id == HostId.A ? a : b;
    }

    PeerWire wire(SimHost from) {
        return from == a ? fromA : fromB;
    }

    WitnessWire witnessWire(SimHost from) {
        return from == a ? witnessOfA : witnessOfB;
    }

    @Override
    public boolean isWitnessed() {
        return witness != null;
    }

    /** A number that no question to the witness has had. */
    long nextNonce() {
        return ++nonces;
    }

    @Override
    public long nowNs() {
        return calendar.nowNs();
    }

    void after(long delayNs, Runnable event) {
        calendar.after(delayNs, event);
    }

    /**
     * Lets everything happen up to the time and checks every invariant after each event.
     *
     * @throws Broken if one is broken
     */
    void run(long untilNs) {
        for (Runnable event = calendar.next(untilNs);
                event != null;
                event = calendar.next(untilNs)) {
            event.run();
            invariants.check();
        }
    }

    // ---- what happens ---------------------------------------------------------------------

    void changed(SimHost host, HostRole before, Decision decision) {
        if (decision.role() == HostRole.SIMPLEX) {
            invariants.decidesToServe(host.id);
        }
        if (decision.role() == HostRole.SHARING && linkFaults != null) {
            linkFaults.reignBegins(host);
        }
        if (decision.role() == HostRole.JOINING) {
            host.joined = host.epoch();
        }
        if (trace != null) {
            trace(
                    host,
                    before + " -> " + decision.role() + ": " + decision.reason() + ", epoch ",
                    host.daemon == null ? 0 : host.epoch());
        }
    }

    void flipped(SimHost host, Mode mode, long epoch) {
        if (trace != null) {
            trace(host, "plane " + mode + ", epoch ", epoch);
        }
        ServiceRole module = host.jetty.isAttached() ? host.jetty.role() : null;
        invariants.flipped(host.id, mode, module, epoch, host.disk.highest());
    }

    /** Somebody refuses a datagram; what was sent so to it must be understood. */
    void refused(SimHost host, String what, boolean genuine, String reason) {
        if (genuine) {
            throw new IllegalStateException(what + " that is genuine is refused: " + reason);
        }
        if (trace != null) {
            trace(
                    host,
                    "refused is " + what + ", reason " + reason + ", so many before: ",
                    refused);
        }
        refused++;
    }

    void told(SimHost host, Action.TakeRole action) {
        invariants.told(host.id, action.role(), action.epoch(), host.flipped());
    }

    /** Whoever is in reach may have changed; frames on their way are lost with the session. */
    void linkChanged() {
        if (invariants != null) {
            link.changed();
        }
    }

    ModuleLink link() {
        return link;
    }

    /** Another initial sequence number of a server. */
    long nextIsn() {
        return ++isns;
    }

    ModuleWire moduleWire(SimHost from) {
        return from == a ? framesOfA : framesOfB;
    }

    byte[] digest() {
        return digest;
    }

    // ---- clients --------------------------------------------------------------------------

    /** A backup closes its standby connection: unless long ago, the client has seen the end. */
    void standbyCloses(Flow flow) {
        boolean recent = nowNs() - flow.keptEndingNs < RECENT_NS;
        if (recent && !flow.aborted && !clients.of(flow).hasEnd() && !mayMix()) {
            throw StandbyStaysToTheEnd.broken(flow.number);
        }
    }

    /** True if no client may be reset: one fault that the pair must survive, and no more. */
    boolean mustServe() {
        return mustServe && !timeHidden && !ambiguous;
    }

    /** A host's data plane serves, and its module does not know yet. */
    boolean isSwitching() {
        return isSwitching(a) || isSwitching(b);
    }

    private static boolean isSwitching(SimHost host) {
        return host.plane.isOwn() && !host.jetty.module().role().serves();
    }

    String leftovers() {
        return "sockets "
                + a.plane.leftovers()
                + " and "
                + b.plane.leftovers()
                + ", kept "
                + a.jetty.module().leftovers()
                + " and "
                + b.jetty.module().leftovers();
    }

    /** Nothing is kept of any connection, but of those that were reset. */
    boolean isEmpty() {
        boolean reset = clients.wereReset();
        return a.plane.leftovers() + b.plane.leftovers() == 0
                && (reset || a.jetty.module().leftovers() + b.jetty.module().leftovers() == 0);
    }

    void jettyLater(SimHost host) {
        if (restarts) {
            after(chance.between(20 * MS, 200 * MS), host.jetty::start);
        }
    }

    void bootLater(SimHost host) {
        if (restarts) {
            // Before its peer misses it, if nothing else is wrong.
            after(chance.between(mustServe ? 5 * MS : DAEMON_START_NS, 300 * MS), host::boot);
        }
    }

    void ambiguous() {
        ambiguous = true;
    }

    /** From now on one host may go on with connections that the other one has served. */
    void heirSilent() {
        heirSilent = true;
        heirUnknowable = true;
    }

    /** True if a client may have bytes of both hosts: docs/adr/0010-simulator.md says when. */
    boolean mayMix() {
        return heirSilent || timeHidden || invariants.wereTwo();
    }

    void heirUnknowable() {
        heirUnknowable = true;
    }

    void timeHidden() {
        timeHidden = true;
        heirUnknowable = true;
    }

    // ---- what invariants see --------------------------------------------------------------

    @Override
    public boolean sends(HostId id) {
        return host(id).sends();
    }

    @Override
    public boolean servesAlone(HostId id) {
        return host(id).kernel.mode() == Mode.SIMPLEX;
    }

    @Override
    public boolean onPeersLease(HostId id) {
        SimHost host = host(id);
        if (!host.hasDaemon()) {
            return false;
        }
        boolean offers = host.daemon.role() == HostRole.OFFERING;
        return host.daemon.role() == HostRole.PRIMARY
                || offers && host.peer().joined == host.epoch();
    }

    @Override
    public long epoch(HostId id) {
        return host(id).epoch();
    }

    @Override
    public boolean isAmbiguous() {
        return ambiguous;
    }

    @Override
    public boolean isHeirUnknowable() {
        return heirUnknowable;
    }

    @Override
    public boolean isTimeHidden() {
        return timeHidden;
    }

    /** Both hosts work as a pair and nothing is on its way to anything else. */
    boolean isDuplex() {
        return isPair(a, b) || isPair(b, a);
    }

    private boolean isPair(SimHost primary, SimHost backup) {
        return primary.hasDaemon()
                && backup.hasDaemon()
                && primary.daemon.role() == HostRole.PRIMARY
                && backup.daemon.role() == HostRole.BACKUP
                && primary.epoch() == backup.epoch()
                && primary.kernel.mode() == Mode.PRIMARY
                && backup.kernel.mode() == Mode.BACKUP
                && primary.daemon.isQuiet()
                && backup.daemon.isQuiet()
                && link.isUp();
    }

    // ---- tracing --------------------------------------------------------------------------

    boolean isTracing() {
        return trace != null;
    }

    void trace(SimHost host, String what, long number) {
        if (trace != null) {
            trace.append(nowNs() / 1000 / 1000.0)
                    .append(" ms ")
                    .append(host == null ? "-" : host.id.key())
                    .append(' ')
                    .append(what)
                    .append(number)
                    .append('\n');
        }
    }

    @Override
    public String toString() {
        String third = witness == null ? "" : " witness=" + witness;
        return "at " + nowNs() / MS + " ms a=" + describe(a) + " b=" + describe(b) + third;
    }

    private static String describe(SimHost host) {
        return (host.hasDaemon() ? host.daemon.role() + "/e" + host.epoch() : "no daemon")
                + "/"
                + host.kernel.mode()
                + (host.sends() ? "/sends" : "");
    }
}
