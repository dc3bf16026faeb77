package org.coralha.sim.invariant;

import org.coralha.kernel.DataPlane.Mode;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;

/** All invariants of one run; told what happens, and asked after every event. */
public final class Invariants {
    private final Scene scene;
    private final OneSenderPerEpoch perEpoch;
    private final OneSenderAtATime atATime;
    private final OneSenderWithAWitness witnessed;
    private final EpochNeverGoesBack epochs = new EpochNeverGoesBack();
    private final EpochOnDiskFirst onDisk = new EpochOnDiskFirst();
    private final FlipBeforeRelease flips = new FlipBeforeRelease();
    private final ReignAboveAllHeard above = new ReignAboveAllHeard();
    private final ModuleBeforePlane modules = new ModuleBeforePlane();
    private final OneHeir heirs;
    private final NewsOrOutside grounds;
    private final NoByteBeforeItsRecord records = new NoByteBeforeItsRecord();
    private final LoggedReplyIsNotMadeAgain executions = new LoggedReplyIsNotMadeAgain();
    private final AcknowledgedBytesSurvive requests = new AcknowledgedBytesSurvive();
    private final OnlyThePairIsHeard authors = new OnlyThePairIsHeard();
    private final OneFaultCostsNoConnection connections = new OneFaultCostsNoConnection();

    /** Invariants of what is to be seen there. */
    public Invariants(Scene scene) {
        this.scene = scene;
        this.perEpoch = new OneSenderPerEpoch(scene);
        this.atATime = new OneSenderAtATime(scene);
        this.witnessed = new OneSenderWithAWitness(scene);
        this.heirs = new OneHeir(scene);
        this.grounds = new NewsOrOutside(scene);
    }

    /**
     * After every event.
     *
     * @throws Broken if an invariant is broken
     */
    public void check() {
        if (scene.servesAlone(HostId.A) && scene.servesAlone(HostId.B)) {
            witnessed.bothServeAlone();
            atATime.bothServeAlone();
        }
        if (scene.sends(HostId.A) && scene.sends(HostId.B)) {
            perEpoch.bothSend();
            witnessed.bothSend();
            atATime.bothSend();
        }
    }

    /** True once two hosts served at the same time and were excused. */
    public boolean wereTwo() {
        return atATime.wereTwo();
    }

    /**
     * The data plane of a host was switched.
     *
     * @param mode how
     * @param module the role of its module, null if there is none
     * @param epoch in which the host takes part
     * @param persisted what its disk holds
     */
    public void flipped(HostId host, Mode mode, ServiceRole module, long epoch, long persisted) {
        if (module != null) {
            modules.flipped(host, mode, module);
        }
        boolean sends = mode == Mode.SIMPLEX || mode == Mode.PRIMARY;
        if (sends || mode == Mode.BACKUP) {
            onDisk.begins(host, epoch, persisted);
            epochs.begins(host, epoch);
        }
        if (sends) {
            perEpoch.begins(host, epoch);
        }
        if (mode == Mode.BACKUP) {
            heirs.standsBy(host, epoch);
        }
        if (mode == Mode.SIMPLEX) {
            above.servesAlone(host, epoch);
        }
    }

    /** A heartbeat names an epoch as its host's while the disk holds that. */
    public void says(HostId host, long epoch, long persisted) {
        onDisk.says(host, epoch, persisted);
    }

    /**
     * A datagram was taken, by a host or the witness that hosts talk with.
     *
     * @param what it is
     * @param genuine whether it was sent so to whoever takes it
     */
    public void taken(HostId host, String what, boolean genuine) {
        authors.taken(host, what, genuine);
    }

    /**
     * A daemon starts.
     *
     * @param found the epoch that it finds on its disk
     * @param kept the highest that the disk has ever confirmed
     */
    public void starts(HostId host, long found, long kept) {
        epochs.starts(host, found, kept);
        above.starts(host);
    }

    /** A daemon has counted a heartbeat of its peer, which names this epoch. */
    public void heard(HostId host, long epoch) {
        above.heard(host, epoch);
        grounds.heard(host);
    }

    /**
     * A daemon has counted the answer of an outside host, or of the witness, to what it asked then.
     */
    public void answered(HostId host, long asked) {
        grounds.answered(host, asked);
    }

    /** A core has decided to serve alone. */
    public void decidesToServe(HostId host) {
        grounds.decidesToServe(host);
    }

    /** A module is told its role while the data plane is in that mode. */
    public void told(HostId host, ServiceRole role, long epoch, Mode mode) {
        flips.told(host, role, mode);
        heirs.told(host, role, epoch);
    }

    /** A Jetty has ended. */
    public void jettyEnded(HostId host) {
        heirs.ended(host);
    }

    /**
     * A host with a backup sends reply bytes up to there; records up to {@code kept} are at both.
     */
    public void sent(int flow, long end, long kept) {
        records.sent(flow, end, kept);
    }

    /** A host with a backup ends its half of a connection; {@code kept}: that is at both hosts. */
    public void ended(int flow, boolean kept) {
        records.ended(flow, kept);
    }

    /** A host with a backup acknowledges request bytes; the backup has had them up to there. */
    public void acknowledged(int flow, long end, long replicated) {
        requests.acknowledged(flow, end, replicated);
    }

    /** A request is executed; the replies of so many requests are logged. */
    public void executed(int flow, long request, long logged) {
        executions.executed(flow, request, logged);
    }

    /** A client was reset. */
    public void reset(int flow, boolean mustServe) {
        connections.reset(flow, mustServe);
    }
}
