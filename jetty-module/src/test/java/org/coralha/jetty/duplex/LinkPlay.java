package org.coralha.jetty.duplex;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.coralha.jetty.core.LinkFrames;
import org.coralha.jetty.core.MemoryBudget;
import org.coralha.jetty.core.RecordKind;
import org.coralha.jetty.core.StandbyRegistry;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.ConfigException;
import org.coralha.pair.FlowKey;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.FuzzInput;

/** One module between a link that says anything and a log of its own, played by a fuzz input. */
final class LinkPlay implements ReplyLogLink {
    private static final long MEMORY_BYTES = 4096;
    private static final FlowKey KEY = new FlowKey(InetAddress.getLoopbackAddress(), 7);
    private static final PairConfig CONFIG = config();

    private final StandbyRegistry registry =
            new StandbyRegistry(
                    new MemoryBudget(MEMORY_BYTES, 0),
                    () -> {
                        throw new IOException("no spool");
                    });
    private final ReplyLog log = new ReplyLog(this, MEMORY_BYTES, System::nanoTime);
    private final PeerLink peer =
            new PeerLink(
                    CONFIG,
                    HostId.A,
                    this,
                    log,
                    registry,
                    new LogReceiver(registry, this, new FaultPoints(null), null),
                    this::changed);
    private final List<Long> released = new ArrayList<>();
    private boolean up;
    private boolean introduced;
    private long claimed;
    private long written;
    private long reign;

    private static PairConfig config() {
        Properties keys = new Properties();
        keys.put("pair.name", "fuzz");
        keys.put("service.address", "127.0.0.3");
        keys.put("service.port", "80");
        keys.put("host.a.address", "127.0.0.1");
        keys.put("host.b.address", "127.0.0.2");
        keys.put("outside.addresses", "192.0.2.4");
        try {
            return PairConfigParser.parse("fuzz", keys);
        } catch (ConfigException e) {
            throw new IllegalStateException(e);
        }
    }

    private void changed(boolean nowUp) {
        assertTrue(!nowUp || introduced, "up without a Hello that fits");
        assertTrue(
                !nowUp || !log.isActive() || claimed <= written,
                "up with a peer that claims to have what was never written");
        up = nowUp;
    }

    /** Plays one step and checks what holds after each. */
    void step(FuzzInput in) {
        switch (in.below(8)) {
            case 0 -> {
                introduced = false;
                peer.onReachable(in.flag());
                assertTrue(!up && !peer.isUp(), "up before the peer has introduced itself");
            }
            case 1 -> write(in);
            case 2 -> startLog(in);
            case 3, 4 -> hear(hello(in));
            case 5 -> hear(ack(in));
            case 6 -> hear(record(in));
            default -> hear(in.bytes(in.below(LinkFrames.RECORD_HEAD_BYTES + 8)));
        }
        assertEquals(up, peer.isUp());
        assertTrue(log.releasedLsn() <= written, "released what was never written");
        released.forEach(lsn -> assertTrue(lsn <= written, "released what was never written"));
    }

    private void startLog(FuzzInput in) {
        if (in.flag()) {
            log.stop();
        } else {
            reign += 2;
            written = 0;
            released.clear();
            log.start(reign);
        }
    }

    private void write(FuzzInput in) {
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + in.octet()];
        int length = frame.length - LinkFrames.RECORD_HEAD_BYTES;
        LinkFrames.writeHead(frame, RecordKind.REPLY, 1, KEY, 1, 0, 0, 0, length);
        long lsn = log.append(frame, frame.length, released::add);
        written = lsn == ReplyLog.INACTIVE ? written : lsn;
    }

    /** A frame that is refused, or comes before a Hello that fits, changes nothing. */
    private void hear(byte[] frame) {
        boolean wasUp = up;
        long lsn = registry.lastLsn();
        long lastReign = registry.reign();
        long garbage = peer.garbageCount();
        long releasedBefore = log.releasedLsn();
        peer.onFrame(frame.clone(), 0, frame.length, false);
        boolean refused = peer.garbageCount() > garbage;
        boolean isHello = LinkFrames.typeOf(frame, 0, frame.length) == LinkFrames.HELLO;
        if (refused || !wasUp && !isHello) {
            assertEquals(lsn, registry.lastLsn(), "a refused frame changes nothing");
            assertEquals(lastReign, registry.reign(), "a refused frame changes nothing");
            assertEquals(releasedBefore, log.releasedLsn(), "a refused frame changes nothing");
        }
        assertTrue(refused || wasUp || isHello, "a frame of a stranger is counted");
        assertTrue(peer.garbageCount() <= garbage + 1);
    }

    private byte[] hello(FuzzInput in) {
        int oddity = in.below(16);
        byte[] digest = CONFIG.digest().bytes();
        digest = digest.clone();
        digest[in.below(digest.length)] ^= (byte) (oddity == 1 ? 1 + in.below(255) : 0);
        int version = LinkFrames.PROTOCOL_VERSION + (oddity == 2 ? 1 + in.below(9) : 0);
        HostId host = oddity == 3 ? HostId.A : HostId.B;
        long said = in.below(4) == 0 ? in.number64() : reign;
        long lsn = in.below(4) == 0 ? in.number64() : Math.max(0, written - in.below(3));
        introduced |= oddity < 1 || oddity > 3;
        claimed = said == reign ? lsn : 0;
        byte[] frame =
                LinkFrames.encode(
                        new LinkFrames.Hello(version, digest, host, 5, said, lsn, in.flag()));
        if (oddity == 4) {
            return Arrays.copyOf(frame, in.below(frame.length));
        }
        return frame;
    }

    private byte[] ack(FuzzInput in) {
        long said = in.below(4) == 0 ? in.number64() : reign;
        long lsn = in.below(4) == 0 ? in.number64() : Math.max(0, written - in.below(3));
        return LinkFrames.encode(new LinkFrames.Ack(said, lsn));
    }

    private byte[] record(FuzzInput in) {
        RecordKind kind = RecordKind.values()[in.below(4)];
        byte[] frame = new byte[LinkFrames.RECORD_HEAD_BYTES + in.octet()];
        int length = frame.length - LinkFrames.RECORD_HEAD_BYTES;
        LinkFrames.writeHead(
                frame, kind, in.below(17), KEY, in.below(3), 0, in.octet(), in.octet(), length);
        boolean later = in.below(8) == 0;
        long next = later ? 1 : registry.lastLsn() + 1;
        LinkFrames.stamp(
                frame, registry.reign() + (later ? 1 : 0), in.below(8) == 0 ? in.number64() : next);
        return frame;
    }

    /** What this module says: an acknowledgement never claims what is not kept. */
    @Override
    public boolean send(byte[] frame, int length) {
        if (LinkFrames.typeOf(frame, 0, length) == LinkFrames.ACK) {
            try {
                LinkFrames.Ack ack = LinkFrames.decodeAck(frame, 0, length);
                assertEquals(registry.reign(), ack.reign());
                assertTrue(ack.lsn() <= registry.lastLsn(), "acknowledged what is not kept");
                assertTrue(up, "acknowledged to a stranger");
            } catch (ProtocolException e) {
                throw new AssertionError(e);
            }
        }
        return true;
    }

    @Override
    public void open(Listener listener) {
        throw new AssertionError("not opened here");
    }

    @Override
    public long garbageCount() {
        return 0;
    }

    @Override
    public void close() {}
}
