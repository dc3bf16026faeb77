package org.coralha.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.vote.Ballot;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Vote;
import org.coralha.heartbeat.vote.VoteRecord;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessAnswer.Verdict;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.ProtocolException;

/**
 * The third host of a pair: the real vote, a disk that outlives it, and the shell between them as
 * {@code WitnessServer} is.
 */
final class SimWitness {
    private static final long MS = World.MS;

    private final World world;
    private final SimRecord<VoteRecord> disk = new SimRecord<>();
    private final WitnessCodec codec = new WitnessCodec();
    private long life = 1_000;
    private Vote vote;

    SimWitness(World world) {
        this.world = world;
        start();
    }

    boolean isAlive() {
        return vote != null;
    }

    /** Its disk: faults are set there. */
    SimRecord<VoteRecord> disk() {
        return disk;
    }

    long life() {
        return life;
    }

    boolean knowsThePair() {
        return disk.content() != null;
    }

    /** Another life begins, if none goes on. */
    void start() {
        if (!isAlive()) {
            life++;
            world.trace(null, "witness starts, life ", life);
            vote = new Vote(life, Optional.ofNullable(disk.content()));
        }
    }

    /** Power failure. */
    void crash() {
        if (isAlive()) {
            world.trace(null, "witness crashes, life ", life);
            vote = null;
            if (world.restarts) {
                world.after(world.chance.between(20 * MS, 300 * MS), this::start);
            }
        }
    }

    /** Its disk is replaced by an empty one. */
    void loseDisk() {
        world.trace(null, "witness loses its disk, life ", life);
        vote = null;
        disk.lose();
        start();
    }

    /**
     * A datagram has arrived.
     *
     * @param genuine whether that host has sent it so
     * @return null if nothing is answered
     */
    byte[] answer(SimHost from, byte[] datagram, boolean genuine) {
        if (!isAlive()) {
            return null;
        }
        String what = "a question to the witness";
        BeatKeys keys = world.keys.witness();
        try {
            WitnessCodec.Question question = codec.question(keys.ring(), ByteBuffer.wrap(datagram));
            world.invariants.taken(from.id, what, genuine);
            WitnessAnswer answer = answer(question.request());
            return answer == null ? null : encode(keys, question, answer);
        } catch (ProtocolException e) {
            world.refused(from, what, genuine, e.getMessage());
            return null;
        }
    }

    private byte[] encode(BeatKeys keys, WitnessCodec.Question question, WitnessAnswer answer) {
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        BeatKeys.InForce key = new BeatKeys.InForce(keys.ring(), question.keyId());
        codec.encode(
                key, question.pair(), question.nonce(), question.request().host(), answer, out);
        return out.array();
    }

    private WitnessAnswer answer(WitnessRequest request) {
        Ballot ballot = vote.decide(request);
        if (ballot.toKeep().isPresent()) {
            VoteRecord record = ballot.toKeep().get();
            try {
                disk.write(record);
            } catch (IOException e) {
                return new WitnessAnswer(Verdict.BROKEN, request.wanted(), 0, Holder.NOBODY, life);
            } catch (SimDisk.Torn e) {
                crash();
                return null;
            }
            vote.keep(record);
            world.trace(null, "witness keeps " + record.holder() + ", epoch ", record.highest());
        }
        return ballot.answer();
    }

    /** Everything that is broken is mended. */
    void heal() {
        disk.heal();
        start();
    }

    @Override
    public String toString() {
        return (isAlive() ? "life " + life : "dead") + " on disk " + disk.content();
    }
}
