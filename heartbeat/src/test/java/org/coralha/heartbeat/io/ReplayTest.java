package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.HostId;
import org.coralha.pair.keys.KeyRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Genuine heartbeats of an earlier life of the peer, sent again, change nothing. */
@Timeout(30)
class ReplayTest {
    private static final MacAddress OLD = MacAddress.of(new byte[] {2, 0, 0, 0, 0, 7});
    private static final MacAddress NEW = MacAddress.of(new byte[] {2, 0, 0, 0, 0, 8});

    private static final int KEY_OFFSET = 116;

    @TempDir Path directory;
    private TestNode node;
    private DatagramSocket peer;
    private long sequence;
    private int keyId;

    @BeforeEach
    void start() throws Exception {
        Properties properties = TestNode.properties();
        node = new TestNode(HostId.A, properties, directory);
        node.node.start();
        int port = node.config.heartbeat().port();
        peer = new DatagramSocket(new InetSocketAddress("127.0.0.3", port));
        peer.setSoTimeout(5000);
    }

    @AfterEach
    void end() throws Exception {
        peer.close();
        node.close();
    }

    private BeatCodec codec(MacAddress mac) {
        return codec(mac, TestNode.KEYS);
    }

    private BeatCodec codec(MacAddress mac, KeyRing keys) {
        return new BeatCodec(
                HostId.B,
                node.config.pairName(),
                node.config.digest(),
                node.spec.fingerprint(),
                () -> node.traits,
                mac,
                BeatKeys.fixed(keys));
    }

    private void send(MacAddress mac, long incarnation, long number, PeerBeat echoed)
            throws Exception {
        send(codec(mac), incarnation, number, echoed);
    }

    private void send(BeatCodec codec, long incarnation, long number, PeerBeat echoed)
            throws Exception {
        ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
        codec.encode(
                OwnBeat.SILENT,
                false,
                incarnation,
                number,
                echoed.incarnation(),
                echoed.sequence(),
                out);
        InetAddress to = InetAddress.getByName("127.0.0.2");
        peer.send(new DatagramPacket(out.array(), out.limit(), to, peer.getLocalPort()));
    }

    private PeerBeat heard() throws Exception {
        return heard(codec(NEW));
    }

    private PeerBeat heard(BeatCodec codec) throws Exception {
        byte[] bytes = new byte[2048];
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        peer.receive(packet);
        keyId = bytes[KEY_OFFSET];
        return codec.decode(ByteBuffer.wrap(bytes, 0, packet.getLength())).beat();
    }

    /** Answers each heartbeat as the current life, until one of them echoes this life. */
    private PeerBeat converse(long incarnation) throws Exception {
        PeerBeat last = heard();
        do {
            send(NEW, incarnation, ++sequence, last);
            last = heard();
        } while (last.echoIncarnation() != incarnation || node.plane.peer == null);
        return last;
    }

    @Test
    void lifeThatEndedMovesNeitherTheEchoNorTheMac() throws Exception {
        PeerBeat last = converse(9);
        assertEquals(NEW, node.plane.peer);
        for (int i = 1; i <= 20; i++) {
            send(NEW, 9, ++sequence, last);
            // What the life before said to a life of the node that is over as well.
            for (int copies = 0; copies < 3; copies++) {
                send(OLD, 7, 1000 + i, new Recorded().beat());
            }
            last = heard();
            assertEquals(9, last.echoIncarnation(), "heartbeat " + i);
            assertEquals(NEW, node.plane.peer);
        }
        Map<String, Object> alarms = JsonReader.inner(node.status(), "alarms");
        Map<String, Object> replays = JsonReader.inner(alarms, "heartbeat.replay 127.0.0.3");
        assertTrue((Long) replays.getOrDefault("count", 0L) >= 50, alarms::toString);
        assertEquals(1, alarms.size(), alarms::toString);
    }

    @Test
    void newLifeIsBelievedWhenTheKnownOneIsOverdue() throws Exception {
        converse(9);
        sequence = 0;
        assertEquals(11, converse(11).echoIncarnation());
        assertEquals(0, node.node.counters().get("beat.refused.hmac"));
    }

    /** Otherwise it would sign with a key that the peer has no more, and not be heard. */
    @Test
    void lifeThatEndedDoesNotTurnTheKeyBack() throws Exception {
        KeyRing two = TestNode.KEYS.with(2, new byte[33]);
        TestNode.write(node.keyFile, two);
        node.await("new keys", s -> "1, 2".equals(JsonReader.inner(s, "keys").get("known")));
        BeatCodec current = codec(NEW, two.newestOnly());
        BeatCodec earlier = codec(OLD, TestNode.KEYS);
        PeerBeat last = heard(codec(NEW, two));
        for (int i = 1; keyId != 2 || i < 30; i++) {
            send(current, 9, ++sequence, last);
            send(earlier, 7, 1000 + i, new Recorded().beat());
            last = heard(codec(NEW, two));
            if (i > 10) {
                assertEquals(2, keyId, "heartbeat " + i);
            }
        }
    }

    /** A heartbeat of a node that is gone. */
    private final class Recorded {
        PeerBeat beat() throws Exception {
            ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
            BeatCodec other = codec(OLD);
            other.encode(OwnBeat.SILENT, false, 4, 40, 0, 0, out);
            BeatCodec self =
                    new BeatCodec(
                            HostId.A,
                            node.config.pairName(),
                            node.config.digest(),
                            node.spec.fingerprint(),
                            () -> node.traits,
                            OLD,
                            BeatKeys.fixed(TestNode.KEYS));
            return self.decode(out).beat();
        }
    }
}
