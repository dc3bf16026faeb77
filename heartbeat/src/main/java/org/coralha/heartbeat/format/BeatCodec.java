package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PauseOrder;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeySeal;

/**
 * Heartbeat datagrams, big endian, of one fixed size:
 *
 * <pre>
 *   0 u32 magic "CRLH"        16 u64 incarnation         64 32 bytes configuration digest
 *   4 u8  version             24 u64 sequence            96  6 bytes MAC address of the sender
 *   5 u8  sender, 0 a, 1 b    32 u64 epoch              102 u16 number of key fingerprints
 *   6 u8  role                40 u64 floor              104 u64 number of the last pause order
 *                                                       112 u32 ms for which it still holds
 *   7 u8  flags               48 u64 echo incarnation    116 u8  number of the key, 3 bytes of 0
 *   8 u64 hash of pair name   56 u64 echo sequence       120 8 u32 tags of the sender's keys
 *                                                        152 u32 turn, 156 u32 echo of a turn
 *                                                        160 release and numbers of the host
 *                                                       then 32 bytes HMAC-SHA256 of all before
 * </pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class BeatCodec {
    static final int MAC_BYTES = KeySeal.BYTES;
    private static final int MAGIC = 0x43524c48;
    private static final int VERSION = 3;
    private static final int FIXED_BYTES = 160;
    private static final int KEY_OFFSET = 116;
    private static final int KEY_BITS = 24;

    private static final long NS_PER_MS = 1_000_000;

    private static final int JETTY_READY = 1;
    private static final int LOG_LINK = 2;
    private static final int ADDRESS_PROVEN = 4;
    private static final int LAST_GASP = 8;
    private static final int YIELDS = 16;
    private static final int CLAIMS = 32;
    private static final int DROPS = 64;
    private static final int KNOWN_FLAGS = 127;

    /** Size of every datagram, in bytes. */
    public static final int DATAGRAM_BYTES =
            FIXED_BYTES + HostTraits.wireBytes() + Fingerprint.wireBytes() + MAC_BYTES;

    private final HostId self;
    private final long pairHash;
    private final Digest digest;
    private final Fingerprint fingerprint;
    private final Supplier<HostTraits> traits;
    private final MacAddress ownMac;
    private final BeatKeys keys;
    private KeySeal seal;
    private int[] tags;

    /**
     * @param self this host: its heartbeats are encoded, its peer's decoded
     * @param traits asked for each heartbeat
     */
    public BeatCodec(
            HostId self,
            String pairName,
            Digest digest,
            Fingerprint fingerprint,
            Supplier<HostTraits> traits,
            MacAddress ownMac,
            BeatKeys keys) {
        this.self = self;
        this.pairHash =
                ByteBuffer.wrap(Digest.of(pairName.getBytes(StandardCharsets.UTF_8)).bytes())
                        .getLong();
        this.digest = digest;
        this.fingerprint = fingerprint;
        this.traits = traits;
        this.ownMac = ownMac;
        this.keys = keys;
        use(keys.ring());
    }

    private void use(KeyRing ring) {
        if (seal == null || seal.ring() != ring) {
            seal = new KeySeal(ring);
            tags = seal.tags();
        }
    }

    /** Fills the buffer from its start and flips it. */
    public void encode(
            OwnBeat beat,
            boolean lastGasp,
            long incarnation,
            long sequence,
            long echoIncarnation,
            long echoSequence,
            ByteBuffer out) {
        BeatKeys.InForce key = keys.next();
        use(key.ring());
        out.clear().putInt(MAGIC).put((byte) VERSION).put((byte) self.ordinal());
        out.put((byte) beat.role().wireValue()).put((byte) flags(beat, lastGasp));
        out.putLong(pairHash).putLong(incarnation).putLong(sequence);
        out.putLong(beat.epoch()).putLong(beat.floor());
        out.putLong(echoIncarnation).putLong(echoSequence);
        out.put(digest.bytes()).put(ownMac.bytes());
        out.putShort((short) (Fingerprint.wireBytes() / Integer.BYTES));
        out.putLong(beat.pause().number());
        out.putInt((int) Math.min(Integer.MAX_VALUE, beat.pause().remainingNs() / NS_PER_MS));
        out.putInt(key.id() << KEY_BITS);
        for (int tag : tags) {
            out.putInt(tag);
        }
        // The turns of one life of the peer say nothing of another one.
        boolean counted = echoIncarnation == beat.countedIncarnation();
        out.putInt(beat.turn()).putInt(counted ? beat.echoTurn() : 0);
        traits.get().writeTo(out);
        fingerprint.writeTo(out);
        ByteBuffer signed = out.duplicate().flip();
        out.put(seal.sign(key.id(), signed)).flip();
    }

    private static int flags(OwnBeat beat, boolean lastGasp) {
        return (beat.jettyReady() ? JETTY_READY : 0)
                | (beat.logLink() ? LOG_LINK : 0)
                | (beat.addressProven() ? ADDRESS_PROVEN : 0)
                | (lastGasp ? LAST_GASP : 0)
                | (beat.yields() ? YIELDS : 0)
                | (beat.claims() ? CLAIMS : 0)
                | (beat.drops() ? DROPS : 0);
    }

    /**
     * Decodes a datagram of the peer.
     *
     * @throws ProtocolException whose message is the reason, a short constant to count it by
     */
    public Datagram decode(ByteBuffer in) throws ProtocolException {
        check(in.remaining() == DATAGRAM_BYTES, "length");
        check(in.getInt(in.position()) == MAGIC, "magic");
        authenticate(in);
        in.getInt();
        check(in.get() == VERSION, "version");
        int sender = in.get();
        int role = in.get() & 0xff;
        int flags = in.get() & 0xff;
        check(in.getLong() == pairHash, "pair");
        check(sender == self.peer().ordinal(), "sender");
        check((flags & ~KNOWN_FLAGS) == 0, "flags");
        return body(in, ServiceRole.ofWireValue(role), flags);
    }

    private void authenticate(ByteBuffer in) throws ProtocolException {
        int signedBytes = DATAGRAM_BYTES - MAC_BYTES;
        use(keys.ring());
        int id = in.get(in.position() + KEY_OFFSET) & 0xff;
        check(seal.ring().has(id), "key");
        byte[] claimed = new byte[MAC_BYTES];
        in.get(in.position() + signedBytes, claimed);
        ByteBuffer signed = in.slice(in.position(), signedBytes);
        check(seal.verify(id, signed, claimed), "hmac");
    }

    private Datagram body(ByteBuffer in, ServiceRole role, int flags) throws ProtocolException {
        long incarnation = in.getLong();
        long sequence = in.getLong();
        long epoch = in.getLong();
        long floor = in.getLong();
        long echoIncarnation = in.getLong();
        long echoSequence = in.getLong();
        check(epoch >= 0 && floor >= 0 && sequence > 0 && incarnation != 0, "range");
        byte[] peerDigest = new byte[32];
        in.get(peerDigest);
        byte[] mac = new byte[MacAddress.BYTES];
        in.get(mac);
        check(in.getShort() * Integer.BYTES == Fingerprint.wireBytes(), "keys");
        PauseOrder pause = new PauseOrder(in.getLong(), in.getInt() * NS_PER_MS);
        check(pause.number() >= 0 && pause.remainingNs() >= 0, "range");
        int common = newestCommonKey(in);
        int turn = in.getInt();
        int echoTurn = in.getInt();
        List<String> differences = traits.get().differing(in);
        PeerBeat beat =
                new PeerBeat(
                        incarnation,
                        sequence,
                        echoIncarnation,
                        echoSequence,
                        epoch,
                        floor,
                        role,
                        (flags & JETTY_READY) != 0,
                        (flags & LOG_LINK) != 0,
                        (flags & ADDRESS_PROVEN) != 0,
                        (flags & YIELDS) != 0,
                        (flags & CLAIMS) != 0,
                        (flags & DROPS) != 0,
                        turn,
                        echoTurn,
                        pause,
                        (flags & LAST_GASP) != 0,
                        problem(peerDigest, differences, in));
        return new Datagram(self.peer(), MacAddress.of(mac), common, beat);
    }

    private int newestCommonKey(ByteBuffer in) throws ProtocolException {
        check(in.getInt() << Byte.SIZE == 0, "range");
        int[] ofPeer = new int[KeyRing.KEYS_MAX];
        for (int i = 0; i < ofPeer.length; i++) {
            ofPeer[i] = in.getInt();
        }
        return seal.ring().newestAmong(tags, ofPeer);
    }

    private String problem(byte[] peerDigest, List<String> differences, ByteBuffer in) {
        if (digest.matches(peerDigest)) {
            return differences.isEmpty()
                    ? ""
                    : String.join(", ", differences)
                            + ": make both hosts alike, then start the newcomer again";
        }
        List<String> keys = fingerprint.differing(in);
        return "pair.properties differs from the peer's"
                + (keys.isEmpty() ? "" : " in " + String.join(", ", keys))
                + ": copy the same file to both hosts and restart";
    }

    private static void check(boolean good, String reason) throws ProtocolException {
        if (!good) {
            throw new ProtocolException(reason);
        }
    }

    @Override
    public String toString() {
        return "heartbeats of host "
                + self.key()
                + ", "
                + DATAGRAM_BYTES
                + " bytes "
                + Arrays.toString(new long[] {pairHash});
    }
}
