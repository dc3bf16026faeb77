package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.coralha.heartbeat.core.Action;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.heartbeat.port.WitnessLink;
import org.coralha.heartbeat.vote.OpenQuestions;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;

/**
 * A host's side of the talk with the witness, over UDP. Questions are sent by the decision thread,
 * answers read by one of its own. An answer to anything but an {@linkplain OpenQuestions open
 * question} is counted and changes nothing.
 */
final class WitnessSocket implements WitnessLink, AutoCloseable {
    private static final long LOST_NS = TimeUnit.SECONDS.toNanos(5);

    private final DatagramChannel channel;
    private final InetSocketAddress witness;
    private final HostId self;
    private final long pair;
    private final KeyKeeper keys;
    private final LongSupplier clock;
    private final Counters counters;
    private final Alarms alarms;
    private final WitnessCodec sendCodec = new WitnessCodec();
    private final WitnessCodec receiveCodec = new WitnessCodec();
    private final ByteBuffer out = ByteBuffer.allocateDirect(WitnessCodec.DATAGRAM_BYTES);
    private final OpenQuestions questions = new OpenQuestions();
    private long nonce = new SecureRandom().nextLong();
    private volatile long heardNs = System.nanoTime();
    private volatile boolean closed;

    /**
     * Binds a port of its own; nothing is read before {@link #start}.
     *
     * @param pair {@link WitnessCodec#pairHash}
     * @param clock in nanoseconds; must not stand still while the host is suspended, or an answer
     *     from before would be taken for one of now
     * @throws IOException naming the address that cannot be used
     */
    WitnessSocket(
            InetAddress own,
            InetSocketAddress witness,
            HostId self,
            long pair,
            KeyKeeper keys,
            LongSupplier clock,
            Counters counters,
            Alarms alarms)
            throws IOException {
        this.witness = witness;
        this.self = self;
        this.pair = pair;
        this.keys = keys;
        this.clock = clock;
        this.counters = counters;
        this.alarms = alarms;
        this.channel = DatagramChannel.open();
        try {
            channel.bind(new InetSocketAddress(own, 0));
        } catch (IOException e) {
            channel.close();
            throw new IOException("bind to " + own.getHostAddress() + ": " + e.getMessage(), e);
        }
    }

    /** Starts to read answers, each told on the reading thread. */
    void start(Consumer<WitnessAnswer> receiver) {
        Threads.start("witness", () -> receiveAll(receiver));
    }

    @Override
    public synchronized void ask(Action.AskWitness question) {
        nonce++;
        questions.asked(nonce, clock.getAsLong());
        WitnessRequest request =
                new WitnessRequest(
                        self,
                        question.life(),
                        question.standing(),
                        question.epoch(),
                        question.wanted());
        sendCodec.encode(keys.next(), pair, nonce, request, out);
        try {
            channel.send(out, witness);
            counters.count("witness.sent");
        } catch (IOException e) {
            counters.count("witness.send_failed");
        }
    }

    private synchronized boolean answers(long answered) {
        return questions.answers(answered, clock.getAsLong());
    }

    private void receiveAll(Consumer<WitnessAnswer> receiver) {
        ByteBuffer in = ByteBuffer.allocateDirect(2 * WitnessCodec.DATAGRAM_BYTES);
        while (!closed) {
            try {
                InetSocketAddress from = (InetSocketAddress) channel.receive(in.clear());
                in.flip();
                receive(in, from, receiver);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.count("witness.receive_failed");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private void receive(ByteBuffer in, InetSocketAddress from, Consumer<WitnessAnswer> receiver) {
        try {
            if (!from.equals(witness)) {
                throw new ProtocolException("source");
            }
            WitnessCodec.Reply reply = receiveCodec.reply(keys.ring(), in);
            if (reply.pair() != pair || reply.host() != self) {
                throw new ProtocolException("pair");
            }
            if (!answers(reply.nonce())) {
                counters.count("witness.late");
                return;
            }
            heardNs = System.nanoTime();
            keys.peerHas(reply.common(), heardNs);
            counters.count("witness.received");
            tellBroken(reply.answer(), from);
            receiver.accept(reply.answer());
        } catch (ProtocolException e) {
            counters.count("witness.refused." + e.getMessage());
            alarms.raise(
                    "witness." + e.getMessage(),
                    from.getAddress().getHostAddress(),
                    "a datagram at the witness's port was refused");
        }
    }

    private void tellBroken(WitnessAnswer answer, InetSocketAddress from) {
        if (answer.verdict() == WitnessAnswer.Verdict.BROKEN) {
            alarms.raise(
                    "witness.broken",
                    from.getAddress().getHostAddress(),
                    "it cannot read or write its votes: until it can a silent peer is not"
                            + " replaced; its log says what to do");
        }
    }

    /** Number of the newest key that the witness has too; 0 while it does not say so. */
    int commonKey() {
        return keys.common(System.nanoTime());
    }

    /** Alarms if the witness is lost, and takes changed keys over; called again and again. */
    void poll(long nowNs) {
        keys.poll(nowNs);
        if (nowNs - heardNs > LOST_NS) {
            alarms.raise(
                    "witness.lost",
                    witness.getAddress().getHostAddress() + ":" + witness.getPort(),
                    "no answer for "
                            + TimeUnit.NANOSECONDS.toSeconds(nowNs - heardNs)
                            + " s: until it is back a silent peer is not replaced;"
                            + " start coral-witnessd there, compare witness.keys");
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
    }
}
