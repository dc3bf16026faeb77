package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeySeal;

/**
 * Datagrams between a host and the witness, big endian, of one fixed size:
 *
 * <pre>
 *  0 u32 magic "CRLW"          8 u8  holder, 0 in a request     32 u64 life of the witness
 *  4 u8  version               9 u8  number of the key          40 u64 epoch, or the highest
 *  5 u8  1 request, 2 answer  10 6 bytes of 0                   48 u64 wanted
 *  6 u8  host, 0 a, 1 b       16 u64 hash of the pair           56 8 u32 tags of the sender's keys
 *  7 u8  standing, or verdict 24 u64 nonce                      88 32 bytes HMAC-SHA256 of all before
 * </pre>
 *
 * <p>An answer is signed with the key of its request and repeats its nonce. Not safe for use by
 * several threads.
 */
public final class WitnessCodec {
    /** Size of every datagram, in bytes. */
    public static final int DATAGRAM_BYTES = 88 + KeySeal.BYTES;

    private static final int MAGIC = 0x43524c57;
    private static final int VERSION = 1;
    private static final int REQUEST = 1;
    private static final int ANSWER = 2;
    private static final int KEY_OFFSET = 9;
    private static final int SIGNED_BYTES = 88;

    private KeySeal seal;
    private int[] tags;

    /**
     * A request, as it came.
     *
     * @param common the newest key that sender and receiver have
     */
    public record Question(long pair, long nonce, int keyId, WitnessRequest request, int common) {}

    /**
     * An answer, as it came.
     *
     * @param common the newest key that sender and receiver have
     */
    public record Reply(long pair, long nonce, HostId host, WitnessAnswer answer, int common) {}

    /** What stands for a pair in datagrams: the beginning of the SHA-256 of its identity. */
    public static long pairHash(String identity) {
        byte[] bytes = identity.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.wrap(Digest.of(bytes).bytes()).getLong();
    }

    private void use(KeyRing ring) {
        if (seal == null || seal.ring() != ring) {
            seal = new KeySeal(ring);
            tags = seal.tags();
        }
    }

    /** Fills the buffer with a request from its start and flips it. */
    public void encode(
            BeatKeys.InForce key, long pair, long nonce, WitnessRequest r, ByteBuffer out) {
        begin(key, REQUEST, r.host(), r.standing().ordinal(), 0, out);
        end(key, new long[] {pair, nonce, r.life(), r.epoch(), r.wanted()}, out);
    }

    /** Fills the buffer with an answer from its start and flips it. */
    public void encode(
            BeatKeys.InForce key,
            long pair,
            long nonce,
            HostId host,
            WitnessAnswer a,
            ByteBuffer out) {
        begin(key, ANSWER, host, a.verdict().ordinal(), a.holder().ordinal(), out);
        end(key, new long[] {pair, nonce, a.life(), a.highest(), a.wanted()}, out);
    }

    private void begin(
            BeatKeys.InForce key, int kind, HostId host, int what, int holder, ByteBuffer out) {
        use(key.ring());
        out.clear().putInt(MAGIC).put((byte) VERSION).put((byte) kind);
        out.put((byte) host.ordinal()).put((byte) what).put((byte) holder).put((byte) key.id());
        out.putShort((short) 0).putInt(0);
    }

    private void end(BeatKeys.InForce key, long[] numbers, ByteBuffer out) {
        for (long number : numbers) {
            out.putLong(number);
        }
        for (int tag : tags) {
            out.putInt(tag);
        }
        out.put(seal.sign(key.id(), out.duplicate().flip())).flip();
    }

    /**
     * Decodes what a host sent.
     *
     * @throws ProtocolException whose message is the reason, a short constant to count it by
     */
    public Question question(KeyRing ring, ByteBuffer in) throws ProtocolException {
        int start = in.position();
        open(ring, in, REQUEST);
        int keyId = in.get(start + KEY_OFFSET) & 0xff;
        HostId host = host(in.get(start + 6));
        Standing standing = Standing.of(in.get(start + 7));
        check(standing != null && in.get(start + 8) == 0, "range");
        long pair = in.getLong(start + 16);
        long nonce = in.getLong(start + 24);
        long life = in.getLong(start + 32);
        long epoch = in.getLong(start + 40);
        long wanted = in.getLong(start + 48);
        check(epoch >= 0 && wanted >= 0, "range");
        return new Question(
                pair,
                nonce,
                keyId,
                new WitnessRequest(host, life, standing, epoch, wanted),
                common(in, start));
    }

    /**
     * Decodes what the witness sent.
     *
     * @throws ProtocolException whose message is the reason, a short constant to count it by
     */
    public Reply reply(KeyRing ring, ByteBuffer in) throws ProtocolException {
        int start = in.position();
        open(ring, in, ANSWER);
        HostId host = host(in.get(start + 6));
        WitnessAnswer.Verdict verdict = WitnessAnswer.Verdict.of(in.get(start + 7));
        int holder = in.get(start + 8);
        check(verdict != null && holder >= 0 && holder < Holder.values().length, "range");
        long life = in.getLong(start + 32);
        long highest = in.getLong(start + 40);
        long wanted = in.getLong(start + 48);
        check(highest >= 0 && wanted >= 0 && life != 0, "range");
        return new Reply(
                in.getLong(start + 16),
                in.getLong(start + 24),
                host,
                new WitnessAnswer(verdict, wanted, highest, Holder.values()[holder], life),
                common(in, start));
    }

    private void open(KeyRing ring, ByteBuffer in, int kind) throws ProtocolException {
        check(in.remaining() == DATAGRAM_BYTES, "length");
        int start = in.position();
        check(in.getInt(start) == MAGIC, "magic");
        use(ring);
        int id = in.get(start + KEY_OFFSET) & 0xff;
        check(ring.has(id), "key");
        byte[] claimed = new byte[KeySeal.BYTES];
        in.get(start + SIGNED_BYTES, claimed);
        check(seal.verify(id, in.slice(start, SIGNED_BYTES), claimed), "hmac");
        check(in.get(start + 4) == VERSION, "version");
        check(in.get(start + 5) == kind, "kind");
        check(in.getShort(start + 10) == 0 && in.getInt(start + 12) == 0, "range");
    }

    private int common(ByteBuffer in, int start) {
        int[] ofOther = new int[KeyRing.KEYS_MAX];
        for (int i = 0; i < ofOther.length; i++) {
            ofOther[i] = in.getInt(start + 56 + i * Integer.BYTES);
        }
        return seal.ring().newestAmong(tags, ofOther);
    }

    private static HostId host(int ordinal) throws ProtocolException {
        check(ordinal == 0 || ordinal == 1, "range");
        return HostId.values()[ordinal];
    }

    private static void check(boolean good, String reason) throws ProtocolException {
        if (!good) {
            throw new ProtocolException(reason);
        }
    }
}
