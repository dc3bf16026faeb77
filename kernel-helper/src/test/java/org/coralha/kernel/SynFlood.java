package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests for connections from 100,000 addresses that nobody has, over and over until it is
 * closed. What the service answers goes to the client's cable, where nobody takes it. If it
 * guesses, each request is followed by an acknowledgement of some number that the service may have
 * named.
 */
final class SynFlood implements AutoCloseable {
    static final int SOURCES = 100_000;
    private static final int FIRST = 10 << 24 | 1 << 23;
    private static final int FIRST_SIX = 0xfd80_0000;
    private static final int PORTS = 60_000;

    /** Fewer than a queue of the kernel holds: else it drops packets of the flows as well. */
    private static final int BURST = 100;

    private static final long PAUSE_NS = 2_000_000;
    private static final byte[] NONE = {};
    private static final byte[] OPTIONS = {2, 4, 5, (byte) 0xb4, 4, 2, 1, 1, 1, 3, 3, 10};

    private final ClientCable cable;
    private final CompletableFuture<Void> once = new CompletableFuture<>();
    private final CompletableFuture<Void> sender;
    private final boolean guesses;
    private final boolean six;
    private volatile boolean closed;

    /** Begins; the router believes that the addresses are behind the client. */
    SynFlood(TwoHosts hosts) {
        this(hosts, false);
    }

    SynFlood(TwoHosts hosts, boolean guesses) {
        this.guesses = guesses;
        six = hosts.family == Family.IPV6;
        hosts.router.sh(
                "ip route add "
                        + (six ? "fd80::/16" : "10.128.0.0/9")
                        + " via "
                        + hosts.family.at(1, 10));
        hosts.client.sh("sysctl -qw net.ipv4.ip_forward=0");
        cable = new ClientCable(hosts);
        sender =
                Connections.later(
                        () -> {
                            send();
                            return null;
                        });
    }

    private void send() {
        for (int round = 0; !closed; round++) {
            for (int number = 0; number < SOURCES && !closed; number++) {
                long isn = isn(number, round);
                send(number, Segment.of(Segment.SYN, isn, 0, OPTIONS, new byte[0]));
                if (number % BURST == 0) {
                    LockSupport.parkNanos(PAUSE_NS);
                    guess(Math.max(0, number - BURST), number, round);
                }
            }
            once.complete(null);
        }
    }

    private static long isn(int number, int round) {
        return (number * 40_503L + round) & 0xffff_ffffL;
    }

    private void send(int number, Segment segment) {
        byte[] source =
                six
                        ? ByteBuffer.allocate(16).putInt(FIRST_SIX).putInt(12, number).array()
                        : ByteBuffer.allocate(4).putInt(FIRST + number).array();
        cable.send(source, 1024 + number % PORTS, segment);
    }

    private void guess(int from, int to, int round) {
        for (int number = from; guesses && number < to; number++) {
            long ack = number * 7_919L & 0xffff_ffffL;
            send(number, Segment.of(Segment.ACK, isn(number, round) + 1, ack, NONE, NONE));
        }
        if (guesses) {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }

    /** True when each address has asked at least once. */
    boolean hasAskedOnce() {
        return once.isDone();
    }

    @Override
    public void close() throws Exception {
        closed = true;
        sender.get(5, TimeUnit.SECONDS);
        cable.close();
    }
}
