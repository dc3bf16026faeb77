package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.Fingerprint;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PeerSocketTest {
    private static final long PERIOD_NS = 10_000_000;

    private final Counters counters = new Counters();
    private final Alarms alarms = new Alarms();
    private final List<Long> leaving = new CopyOnWriteArrayList<>();
    private final List<String> fatal = new CopyOnWriteArrayList<>();
    private final AtomicInteger heard = new AtomicInteger();

    private PeerSocket open(int port) throws Exception {
        return new PeerSocket(
                InetAddress.getByName("127.0.0.2"),
                InetAddress.getByName("127.0.0.3"),
                port,
                5,
                () -> codec(HostId.A),
                leaving::add,
                counters,
                alarms);
    }

    private static BeatCodec codec(HostId self) {
        return new BeatCodec(
                self,
                "pair",
                Digest.of(new byte[0]),
                Fingerprint.of(new Properties()),
                () -> HostTraits.of("1.2.3", java.util.Map.of()),
                MacAddress.of(new byte[6]),
                BeatKeys.fixed(TestNode.KEYS));
    }

    private void fatal(String what, Throwable cause) {
        fatal.add(what);
    }

    private static int freePort() throws Exception {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return free.getLocalPort();
        }
    }

    private void await(String counter, long atLeast) throws InterruptedException {
        long endNs = System.nanoTime() + 5_000_000_000L;
        while (counters.get(counter) < atLeast && System.nanoTime() < endNs) {
            Thread.sleep(5);
        }
        assertTrue(counters.get(counter) >= atLeast, counters.snapshot().toString());
    }

    @Test
    void garbageOversizedDatagramsAndStrangersAreCountedAndChangeNothing() throws Exception {
        int port = freePort();
        try (PeerSocket socket = open(port);
                DatagramSocket peer = new DatagramSocket(new InetSocketAddress("127.0.0.3", port));
                DatagramSocket stranger =
                        new DatagramSocket(new InetSocketAddress("127.0.0.5", 0))) {
            socket.start(PERIOD_NS, () -> true, datagram -> heard.incrementAndGet(), this::fatal);
            InetSocketAddress target = new InetSocketAddress("127.0.0.2", port);
            send(peer, target, 100);
            send(peer, target, 60_000);
            send(peer, target, BeatCodec.DATAGRAM_BYTES);
            send(peer, target, 0);
            send(stranger, target, BeatCodec.DATAGRAM_BYTES);
            await("beat.refused.length", 3);
            await("beat.refused.magic", 1);
            await("beat.refused.source", 1);
            assertEquals(3L, alarm("heartbeat.length 127.0.0.3"));
            assertEquals(1L, alarm("heartbeat.magic 127.0.0.3"));
            assertEquals(1L, alarm("heartbeat.source 127.0.0.5"));
            assertEquals(0, heard.get());
            await("beat.sent", 3);
        }
    }

    private Object alarm(String kindAndSource) {
        Map<String, Object> all = JsonReader.object(alarms.json(System.nanoTime()).toString());
        return JsonReader.inner(all, kindAndSource).get("count");
    }

    private static void send(DatagramSocket from, InetSocketAddress to, int bytes)
            throws Exception {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        from.send(new DatagramPacket(noise, bytes, to));
    }

    @Test
    void aHostWhoseDecisionsHangFallsSilent() throws Exception {
        AtomicBoolean alive = new AtomicBoolean(true);
        try (PeerSocket socket = open(freePort())) {
            socket.start(PERIOD_NS, alive::get, datagram -> heard.incrementAndGet(), this::fatal);
            await("beat.sent", 3);
            alive.set(false);
            await("beat.withheld", 2);
            long sent = counters.get("beat.sent");
            await("beat.withheld", 6);
            assertEquals(sent, counters.get("beat.sent"));
            assertEquals(sent, leaving.size(), "nor does its lease go on");
        }
    }

    @Test
    void aHostThatIsAboutToServeSaysNothingBeforeItSaysThat() throws Exception {
        try (PeerSocket socket = open(freePort())) {
            socket.start(PERIOD_NS, () -> true, datagram -> heard.incrementAndGet(), this::fatal);
            await("beat.sent", 3);
            socket.hush();
            long sent = counters.get("beat.sent");
            await("beat.withheld", 4);
            assertEquals(sent, counters.get("beat.sent"));
            assertEquals(sent, leaving.size(), "nor does its lease go on");

            socket.say(OwnBeat.SILENT);
            socket.announce(1, false);
            await("beat.sent", sent + 3);
        }
    }

    @Test
    void receiverThatFailsIsFatal() throws Exception {
        int port = freePort();
        try (PeerSocket socket = open(port);
                DatagramSocket peer =
                        new DatagramSocket(new InetSocketAddress("127.0.0.3", port))) {
            socket.start(
                    PERIOD_NS,
                    () -> true,
                    datagram -> {
                        throw new IllegalStateException("defect");
                    },
                    this::fatal);
            ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
            codec(HostId.B).encode(OwnBeat.SILENT, false, 9, 1, 0, 0, out);
            InetSocketAddress target = new InetSocketAddress("127.0.0.2", port);
            peer.send(new DatagramPacket(out.array(), out.limit(), target));
            await("beat.received", 1);
            while (fatal.isEmpty()) {
                Thread.sleep(1);
            }
            assertTrue(fatal.get(0).contains("beat-receive"), fatal.get(0));
        }
    }
}
