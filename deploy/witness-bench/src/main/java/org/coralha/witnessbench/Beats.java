package org.coralha.witnessbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The detection that the pair has anyway: a datagram each 25 ms to each other member, silence of 75
 * ms is death, and a last gasp is believed at once. A member is reported once; being heard again
 * makes it alive. Who did not run for a period itself accuses nobody.
 */
final class Beats {
    /** Told about deaths, in the thread that noticed. */
    interface Listener {
        void died(String member, long atNanos);
    }

    private static final int PORT = 7950;
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long SILENCE_NANOS = 3 * PERIOD_NANOS;
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final String self;
    private final Listener listener;
    private final DatagramChannel socket;
    private final Map<String, Long> heardNanos = new ConcurrentHashMap<>();

    private Beats(String self, Listener listener) throws IOException {
        this.self = self;
        this.listener = listener;
        socket = DatagramChannel.open();
        socket.bind(new InetSocketAddress(RaftStack.address(self), PORT));
        socket.configureBlocking(false);
    }

    static Beats start(String self, Listener listener) throws IOException {
        Beats beats = new Beats(self, listener);
        Thread thread = new Thread(beats::run, "beats");
        thread.setDaemon(true);
        thread.start();
        return beats;
    }

    /** The member said itself, or its kernel did, that it is dead. */
    void gasp(String member) {
        if (heardNanos.remove(member) != null) {
            listener.died(member, System.nanoTime());
        }
    }

    private void run() {
        List<InetSocketAddress> others = others();
        long nextNanos = System.nanoTime();
        long lastNanos = nextNanos;
        while (true) {
            receive();
            long nowNanos = System.nanoTime();
            if (nowNanos - lastNanos > PERIOD_NANOS) {
                heardNanos.replaceAll((member, heard) -> nowNanos);
            }
            lastNanos = nowNanos;
            if (nowNanos - nextNanos >= 0) {
                others.forEach(this::send);
                nextNanos += PERIOD_NANOS;
            }
            judge(nowNanos);
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    private void judge(long nowNanos) {
        for (Map.Entry<String, Long> heard : heardNanos.entrySet()) {
            if (nowNanos - heard.getValue() >= SILENCE_NANOS
                    && heardNanos.remove(heard.getKey(), heard.getValue())) {
                listener.died(heard.getKey(), nowNanos);
            }
        }
    }

    private void receive() {
        ByteBuffer datagram = ByteBuffer.allocate(1);
        try {
            while (socket.receive(datagram.clear()) != null) {
                heardNanos.put(String.valueOf((char) datagram.get(0)), System.nanoTime());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("receiving a beat at " + self, e);
        }
    }

    private List<InetSocketAddress> others() {
        List<InetSocketAddress> found = new ArrayList<>();
        for (String member : RaftStack.MEMBERS) {
            if (!member.equals(self)) {
                found.add(new InetSocketAddress(RaftStack.address(member), PORT));
            }
        }
        return found;
    }

    private void send(InetSocketAddress to) {
        try {
            socket.send(ByteBuffer.wrap(new byte[] {(byte) self.charAt(0)}), to);
        } catch (IOException e) {
            // No carrier: the others notice the silence, which is the point.
        }
    }
}
