package org.coralha.heartbeat.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.Standing;
import org.coralha.heartbeat.vote.WitnessAnswer;
import org.coralha.heartbeat.vote.WitnessRequest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.Allocation;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeySeal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may come at the ports of the witness and of its clients: any bytes, as they are or signed by
 * whoever has the key, laid over a genuine request or answer.
 */
public final class WitnessCodecFuzzTest {
    private static final KeyRing RING = KeyRing.of("0123456789abcdef0123456789abcdef".getBytes());
    private static final BeatKeys.InForce KEY = new BeatKeys.InForce(RING, 1);
    private static final int HEAP_LIMIT_BYTES = 64 << 10;
    private static final int KEY_AT = 9;
    private static final int MAGIC = 0x43524c57;

    /** What is signed but for the tags of keys, which are not kept. */
    private static final int SAID_BYTES = 56;

    private static final int SIGNED_BYTES = WitnessCodec.DATAGRAM_BYTES - KeySeal.BYTES;
    private static final Set<String> BEFORE_AUTHENTICATION =
            Set.of("length", "magic", "key", "hmac");
    private static final Set<String> AFTER = Set.of("version", "kind", "range", "");

    /** First byte: whether signed, whether an answer. Then place, length and bytes of pieces. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        int how = in.octet();
        WitnessCodec codec = new WitnessCodec();
        byte[] datagram = overlaid(genuine(codec, (how & 2) != 0), in);
        if ((how & 1) != 0 && datagram.length == WitnessCodec.DATAGRAM_BYTES) {
            byte[] signature =
                    new KeySeal(RING).sign(1, ByteBuffer.wrap(datagram, 0, SIGNED_BYTES));
            System.arraycopy(signature, 0, datagram, SIGNED_BYTES, signature.length);
        }
        check(codec, datagram, WitnessCodecFuzzTest::question);
        check(codec, datagram, WitnessCodecFuzzTest::reply);
    }

    /** Decodes and encodes again. */
    @FunctionalInterface
    private interface Kind {
        void again(WitnessCodec codec, byte[] datagram, ByteBuffer out) throws ProtocolException;
    }

    private static void question(WitnessCodec codec, byte[] datagram, ByteBuffer out)
            throws ProtocolException {
        WitnessCodec.Question asked = codec.question(RING, ByteBuffer.wrap(datagram));
        assertTrue(asked.request().epoch() >= 0 && asked.request().wanted() >= 0);
        assertEquals(1, asked.keyId());
        codec.encode(KEY, asked.pair(), asked.nonce(), asked.request(), out);
    }

    private static void reply(WitnessCodec codec, byte[] datagram, ByteBuffer out)
            throws ProtocolException {
        WitnessCodec.Reply said = codec.reply(RING, ByteBuffer.wrap(datagram));
        assertTrue(said.answer().highest() >= 0 && said.answer().life() != 0);
        codec.encode(KEY, said.pair(), said.nonce(), said.host(), said.answer(), out);
    }

    private static void check(WitnessCodec codec, byte[] datagram, Kind kind) {
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        byte[] before = datagram.clone();
        Allocation.assertAtMost(HEAP_LIMIT_BYTES, () -> kind.again(codec, datagram, out));
        assertArrayEquals(before, datagram, "decoding changes what it reads");
        String reason = "";
        try {
            kind.again(codec, datagram, out);
            assertArrayEquals(
                    Arrays.copyOf(datagram, SAID_BYTES), Arrays.copyOf(out.array(), SAID_BYTES));
        } catch (ProtocolException e) {
            reason = e.getMessage();
        }
        boolean authentic = isAuthentic(datagram);
        assertTrue((authentic ? AFTER : BEFORE_AUTHENTICATION).contains(reason), reason);
    }

    private static boolean isAuthentic(byte[] datagram) {
        if (datagram.length != WitnessCodec.DATAGRAM_BYTES
                || ByteBuffer.wrap(datagram).getInt() != MAGIC
                || datagram[KEY_AT] != 1) {
            return false;
        }
        byte[] claimed = Arrays.copyOfRange(datagram, SIGNED_BYTES, datagram.length);
        return new KeySeal(RING).verify(1, ByteBuffer.wrap(datagram, 0, SIGNED_BYTES), claimed);
    }

    private static byte[] genuine(WitnessCodec codec, boolean answer) {
        ByteBuffer out = ByteBuffer.allocate(WitnessCodec.DATAGRAM_BYTES);
        if (answer) {
            WitnessAnswer granted =
                    new WitnessAnswer(WitnessAnswer.Verdict.GRANTED, 4, 4, Holder.B, -5);
            codec.encode(KEY, 7, 9, HostId.B, granted, out);
        } else {
            codec.encode(KEY, 7, 9, new WitnessRequest(HostId.B, -5, Standing.BACKUP, 3, 4), out);
        }
        return out.array();
    }

    private static byte[] overlaid(byte[] genuine, FuzzInput in) {
        byte[] datagram = genuine;
        while (in.hasMore()) {
            int at = in.octet() % (genuine.length + 1);
            int length = in.octet();
            if (length == 0) {
                datagram = Arrays.copyOf(datagram, at);
            }
            byte[] piece = in.bytes(length % 33);
            int fits = Math.max(0, Math.min(piece.length, datagram.length - at));
            System.arraycopy(piece, 0, datagram, Math.min(at, datagram.length), fits);
        }
        return datagram;
    }

    static List<Path> inputs() {
        return Corpus.of(WitnessCodecFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
