package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.Datagram;
import org.coralha.heartbeat.port.PeerLink;
import org.coralha.pair.ProtocolException;

/**
 * Heartbeats over UDP. One thread sends each period, one receives. Whatever is not a heartbeat of
 * the peer is counted by its reason and changes nothing.
 */
public final class PeerSocket implements PeerLink, AutoCloseable {
    private static final int RECEIVE_BYTES = 2048;

    private final DatagramChannel channel;
    private final InetSocketAddress peer;
    private final BeatCodec sendCodec;
    private final BeatCodec receiveCodec;
    private final long incarnation;
    private final Counters counters;
    private final Alarms alarms;
    private final LongConsumer leaving;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BeatCodec.DATAGRAM_BYTES);
    private long sequence;
    private volatile OwnBeat saying = OwnBeat.SILENT;
    private volatile Echo heard = new Echo(0, 0);
    private volatile long countedNs;
    private volatile long overdueNs;
    private volatile boolean hushed;
    private volatile boolean closed;

    /** A heartbeat of the peer. */
    private record Echo(long incarnation, long sequence) {}

    /** Makes the codec of one thread. */
    @FunctionalInterface
    interface Codecs {
        BeatCodec create();
    }

    /**
     * Binds the socket; nothing is sent or received before {@link #start}.
     *
     * @param leaving told the sequence of each heartbeat before it leaves
     * @throws IOException naming the address and port, if they cannot be bound
     */
    PeerSocket(
            InetAddress own,
            InetAddress peerAddress,
            int port,
            long incarnation,
            Codecs codecs,
            LongConsumer leaving,
            Counters counters,
            Alarms alarms)
            throws IOException {
        this.peer = new InetSocketAddress(peerAddress, port);
        this.incarnation = incarnation;
        this.sendCodec = codecs.create();
        this.receiveCodec = codecs.create();
        this.leaving = leaving;
        this.counters = counters;
        this.alarms = alarms;
        this.channel = DatagramChannel.open();
        try {
            channel.bind(new InetSocketAddress(own, port));
        } catch (BindException e) {
            channel.close();
            throw new IOException(
                    "bind heartbeat.port "
                            + port
                            + " at "
                            + own.getHostAddress()
                            + ": "
                            + e.getMessage()
                            + "; stop what uses the port, or choose another on both hosts",
                    e);
        }
    }

    /**
     * Starts to send and to receive.
     *
     * @param periodNs time between two heartbeats
     * @param alive asked before each heartbeat: whether the decision thread lives
     * @param receiver told each heartbeat of the peer, on the receiving thread
     * @param fatal told if one of the two threads ends unexpectedly
     */
    void start(
            long periodNs,
            BooleanSupplier alive,
            Consumer<Datagram> receiver,
            BiConsumer<String, Throwable> fatal) {
        overdueNs = periodNs + periodNs / 2;
        Threads.startUrgent("beat-send", fatal, () -> sendEach(periodNs, alive));
        Threads.startUrgent("beat-receive", fatal, () -> receiveAll(receiver));
    }

    @Override
    public void say(OwnBeat beat) {
        OwnBeat before = saying;
        if (beat.countedIncarnation() != before.countedIncarnation()
                || beat.countedSequence() != before.countedSequence()) {
            countedNs = System.nanoTime();
        }
        saying = beat;
        hushed = false;
    }

    /** A heartbeat that is being sent has left when this returns. */
    @Override
    public synchronized void hush() {
        hushed = true;
    }

    /**
     * What is said of the peer's heartbeats: the peer's lease hangs on it, so not before the
     * decision thread counts silence from there. A life that is not known yet is told that it was
     * heard, so that it can prove to be current; but one that is known comes first while it is
     * there, because a heartbeat of another may be an old one that somebody sends again.
     */
    private Echo echo(OwnBeat own) {
        Echo last = heard;
        boolean known = own.countedIncarnation() != 0;
        boolean there = known && System.nanoTime() - countedNs < overdueNs;
        return there || own.countedIncarnation() == last.incarnation
                ? new Echo(own.countedIncarnation(), own.countedSequence())
                : last;
    }

    @Override
    public void announce(int copies, boolean lastGasp) {
        for (int i = 0; i < copies; i++) {
            send(lastGasp);
        }
    }

    private void sendEach(long periodNs, BooleanSupplier alive) {
        long dueNs = System.nanoTime();
        while (!closed) {
            // A host whose decisions hang must look dead.
            if (!alive.getAsBoolean() || !sendUnlessHushed()) {
                counters.count("beat.withheld");
            }
            dueNs = Math.max(dueNs + periodNs, System.nanoTime());
            while (!closed && System.nanoTime() < dueNs) {
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
        }
    }

    private synchronized boolean sendUnlessHushed() {
        if (!hushed) {
            send(false);
        }
        return !hushed;
    }

    private synchronized void send(boolean lastGasp) {
        OwnBeat own = saying;
        Echo said = echo(own);
        sequence++;
        leaving.accept(sequence);
        sendCodec.encode(
                own, lastGasp, incarnation, sequence, said.incarnation, said.sequence, out);
        try {
            channel.send(out, peer);
            counters.count("beat.sent");
        } catch (IOException e) {
            counters.count("beat.send_failed");
        }
    }

    private void receiveAll(Consumer<Datagram> receiver) {
        ByteBuffer in = ByteBuffer.allocateDirect(RECEIVE_BYTES);
        while (!closed) {
            try {
                InetSocketAddress from = (InetSocketAddress) channel.receive(in.clear());
                in.flip();
                if (from.getAddress().equals(peer.getAddress())) {
                    receive(in, from, receiver);
                } else {
                    refuse("source", from);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.count("beat.receive_failed");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    private void receive(ByteBuffer in, InetSocketAddress from, Consumer<Datagram> receiver) {
        try {
            Datagram datagram = receiveCodec.decode(in);
            heard = new Echo(datagram.beat().incarnation(), datagram.beat().sequence());
            counters.count("beat.received");
            receiver.accept(datagram);
        } catch (ProtocolException e) {
            String reason = e.getMessage();
            refuse(reason.startsWith("role") ? "role" : reason, from);
        }
    }

    private void refuse(String reason, InetSocketAddress from) {
        counters.count("beat.refused." + reason);
        alarms.raise(
                "heartbeat." + reason,
                from.getAddress().getHostAddress(),
                "refused a datagram at the heartbeat port because of its " + reason);
    }

    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
    }
}
