package org.coralha.sim;

import java.nio.ByteBuffer;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.coralha.sim.engine.Chance;

/**
 * Somebody who hears and sends on every way, and has none of the keys: damages, forges with keys of
 * his own or of earlier days, and sends back or elsewhere what he hears. Nothing of it may matter,
 * so he takes his numbers from the noise. (Who only repeats is in {@link Faults}: that may matter.)
 */
final class Intruder {
    private static final long MS = World.MS;
    private static final int TO_HOSTS = 5;
    private static final int TO_ALL = 10;

    private final World world;
    private final Chance chance;
    private final SimKeys sameNumber;
    private final SimKeys otherNumber;

    Intruder(World world) {
        this.world = world;
        this.chance = world.noise;
        this.sameNumber = SimKeys.foreign(true, chance);
        this.otherNumber = SimKeys.foreign(false, chance);
    }

    /** Begins to do some of it, soon. */
    void strike() {
        for (int acts = chance.below(4); acts > 0; acts--) {
            world.after(chance.between(0, 100 * MS), this::act);
        }
    }

    private void act() {
        SimHost from = world.host(chance.oneIn(2) ? HostId.A : HostId.B);
        switch (chance.below(world.isWitnessed() ? TO_ALL : TO_HOSTS)) {
            case 0 -> damaged(from);
            case 1, 2 -> beat(from, chance.oneIn(2));
            case 3 -> beat(from, true);
            case 4 -> reflected(from);
            case 5 -> world.witnessWire(from).damaged(chance);
            case 6 -> grant(from, chance.oneIn(4) ? Verdict.REFUSED : Verdict.GRANTED);
            case 7 -> grant(from, Verdict.GRANTED);
            case 8 -> claim(from);
            default -> world.witnessWire(from).misled(chance);
        }
    }

    private SimKeys keys() {
        return chance.oneIn(2) ? sameNumber : otherNumber;
    }

    private void damaged(SimHost from) {
        byte[] heard = world.wire(from).heard(chance);
        if (heard != null) {
            world.wire(from).intrude(Damage.of(heard, chance));
        }
    }

    /** What a host has sent comes back to it. */
    private void reflected(SimHost from) {
        byte[] heard = world.wire(from.peer()).heard(chance);
        if (heard != null) {
            world.wire(from).intrude(heard);
        }
    }

    /**
     * The next heartbeat of the host, as its peer would believe it, saying what it would act on.
     */
    private void beat(SimHost from, boolean lastGasp) {
        if (from.daemon != null) {
            PeerPort port = from.daemon.port;
            long number = port.sequence() + chance.between(1, 1000);
            byte[] lie = port.encode(keys().beats(from.id), lie(port.said()), lastGasp, number);
            world.wire(from).intrude(lie);
        }
    }

    private OwnBeat lie(OwnBeat said) {
        ServiceRole[] roles = ServiceRole.values();
        return new OwnBeat(
                said.epoch() + chance.below(4),
                said.floor(),
                roles[chance.below(roles.length)],
                true,
                true,
                true,
                said.countedIncarnation(),
                said.countedSequence(),
                chance.oneIn(2),
                false,
                chance.oneIn(2),
                said.turn() + chance.below(2),
                said.echoTurn(),
                said.pause());
    }

    /** The answer that the host waits for, if it waits for one. */
    private void grant(SimHost to, Verdict verdict) {
        Action.AskWitness asked = to.hasDaemon() ? to.daemon.witness().lastQuestion() : null;
        if (asked == null) {
            return;
        }
        Holder holder = Holder.of(verdict == Verdict.GRANTED ? to.id : to.id.peer());
        WitnessAnswer answer =
                new WitnessAnswer(verdict, asked.wanted(), asked.wanted(), holder, asked.life());
        long nonce = to.daemon.witness().lastNonce();
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        new WitnessCodec().encode(witnessKey(), SimKeys.PAIR, nonce, to.id, answer, out);
        world.witnessWire(to).intrudeHost(out.array());
    }

    /** A claim that would keep both hosts from every later epoch. */
    private void claim(SimHost from) {
        long epoch = from.epoch() + chance.below(100);
        WitnessRequest request =
                new WitnessRequest(
                        from.id,
                        world.witness.life(),
                        chance.oneIn(2) ? Standing.SOLE : Standing.PRIMARY,
                        epoch,
                        chance.oneIn(2) ? epoch + 2 : 0);
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        new WitnessCodec().encode(witnessKey(), SimKeys.PAIR, chance.next(), request, out);
        world.witnessWire(from).intrudeWitness(out.array());
    }

    private BeatKeys.InForce witnessKey() {
        return keys().witness().next();
    }
}
