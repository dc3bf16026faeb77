package org.coralha.sim;

import java.nio.ByteBuffer;
import java.util.List;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.vote.OpenQuestions;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.ProtocolException;

/**
 * What a daemon asks the witness and what it takes for an answer, by the rule of the socket of that
 * name in the product.
 */
final class WitnessSocket {
    private final SimHost host;
    private final World world;
    private final SimDaemon daemon;
    private final WitnessCodec codec = new WitnessCodec();
    private final OpenQuestions questions = new OpenQuestions();
    private final long[] askedTrueNs = new long[OpenQuestions.OPEN];
    private Action.AskWitness lastQuestion;
    private long lastNonce;

    WitnessSocket(SimHost host, SimDaemon daemon) {
        this.host = host;
        this.world = host.world;
        this.daemon = daemon;
    }

    void ask(Action.AskWitness question) {
        long nonce = world.nextNonce();
        questions.asked(nonce, nowNs());
        askedTrueNs[(int) (nonce % OpenQuestions.OPEN)] = world.nowNs();
        lastQuestion = question;
        lastNonce = nonce;
        if (world.isTracing() && question.wanted() != 0) {
            String what = question.standing() + " in " + question.epoch();
            world.trace(host, "asks the witness, " + what + ", for ", question.wanted());
        }
        WitnessRequest request =
                new WitnessRequest(
                        host.id,
                        question.life(),
                        question.standing(),
                        question.epoch(),
                        question.wanted());
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        codec.encode(world.keys.witness().next(), SimKeys.PAIR, nonce, request, out);
        world.witnessWire(host).carry(this, out.array());
    }

    /** What was asked last, null if nothing was. */
    Action.AskWitness lastQuestion() {
        return lastQuestion;
    }

    long lastNonce() {
        return lastNonce;
    }

    /**
     * A datagram has arrived at the port of this life of the daemon.
     *
     * @param genuine whether the witness has sent it so to this host
     */
    void receive(byte[] datagram, boolean genuine) {
        WitnessCodec.Reply reply = daemon.isAlive() ? open(datagram, genuine) : null;
        if (reply != null) {
            daemon.input((core, now) -> hear(core, reply, now));
        }
    }

    private WitnessCodec.Reply open(byte[] datagram, boolean genuine) {
        String what = "an answer of the witness";
        try {
            WitnessCodec.Reply reply =
                    codec.reply(world.keys.witness().ring(), ByteBuffer.wrap(datagram));
            if (reply.pair() != SimKeys.PAIR || reply.host() != host.id) {
                throw new ProtocolException("pair");
            }
            world.invariants.taken(host.id, what, genuine);
            return reply;
        } catch (ProtocolException e) {
            world.refused(host, what, genuine, e.getMessage());
            return null;
        }
    }

    private Decision hear(RoleCore core, WitnessCodec.Reply reply, long now) {
        if (!questions.answers(reply.nonce(), nowNs())) {
            return new Decision(core.role(), List.of(), "");
        }
        WitnessAnswer answer = reply.answer();
        world.invariants.answered(host.id, askedTrueNs[(int) (reply.nonce() % OpenQuestions.OPEN)]);
        if (world.isTracing()) {
            world.trace(host, "hears from the witness: " + answer + " #", reply.nonce());
        }
        return core.onWitnessAnswer(answer, now);
    }

    private long nowNs() {
        return host.clock.nowNs(world.nowNs());
    }
}
