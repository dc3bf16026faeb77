package org.coralha.heartbeat.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.Allocation;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What may come at the heartbeat port: any bytes, as they are or signed by whoever has the key. The
 * input is laid over a genuine heartbeat, so that a few bytes of it reach any field, and does not
 * grow old with the format.
 */
public final class BeatCodecFuzzTest {
    /** Names of keys that differ and differences of hosts are text. */
    private static final int HEAP_LIMIT_BYTES = 64 << 10;

    private static final Set<String> REASONS =
            Set.of(
                    "length", "magic", "key", "hmac", "version", "pair", "sender", "flags", "range",
                    "keys");

    /** Refusals that say nothing about the bytes of whoever has no key. */
    private static final Set<String> BEFORE_AUTHENTICATION =
            Set.of("length", "magic", "key", "hmac");

    /** First byte: signed or not. Then pieces: two bytes of place, one of length, the bytes. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        BeatPair pair = new BeatPair();
        boolean signed = in.flag();
        byte[] datagram = in.flag() ? in.rest() : overlaid(pair.genuine(), in);
        if (signed && datagram.length == BeatCodec.DATAGRAM_BYTES) {
            pair.sign(datagram);
        }
        byte[] before = datagram.clone();
        Allocation.assertAtMost(
                HEAP_LIMIT_BYTES, () -> pair.receiver().decode(ByteBuffer.wrap(datagram)));
        assertArrayEquals(before, datagram, "decoding changes what it reads");
        String reason = "";
        try {
            assertDecoded(pair, datagram, pair.receiver().decode(ByteBuffer.wrap(datagram)));
        } catch (ProtocolException e) {
            reason = e.getMessage();
            assertTrue(REASONS.contains(reason) || reason.startsWith("role "), reason);
        }
        boolean authentic = pair.isAuthentic(datagram);
        assertEquals(!authentic, BEFORE_AUTHENTICATION.contains(reason), reason);
        assertHeard(pair, pair.genuine());
    }

    private static byte[] overlaid(byte[] genuine, FuzzInput in) {
        byte[] datagram = genuine;
        while (in.hasMore()) {
            int at = (in.octet() << 8 | in.octet()) % (genuine.length + 1);
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

    /** Whatever is decoded is encoded again to the same bytes, as far as a beat keeps them. */
    private static void assertDecoded(BeatPair pair, byte[] datagram, Datagram decoded) {
        PeerBeat beat = decoded.beat();
        assertTrue(beat.epoch() >= 0 && beat.floor() >= 0 && beat.sequence() > 0);
        assertTrue(beat.incarnation() != 0 && beat.pause().remainingNs() >= 0);
        OwnBeat said =
                new OwnBeat(
                        beat.epoch(),
                        beat.floor(),
                        beat.role(),
                        beat.jettyReady(),
                        beat.logLink(),
                        beat.addressProven(),
                        0,
                        0,
                        beat.yields(),
                        beat.claims(),
                        beat.drops(),
                        beat.turn(),
                        beat.echoTurn(),
                        beat.pause());
        ByteBuffer again = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
        pair.sender(decoded.mac())
                .encode(
                        said,
                        beat.lastGasp(),
                        beat.incarnation(),
                        beat.sequence(),
                        beat.echoIncarnation(),
                        beat.echoSequence(),
                        again);
        for (int i = 0; i < BeatPair.SAID_BYTES; i++) {
            // Of another configuration only the difference is kept.
            if (beat.configMatches() || !BeatPair.isOfConfiguration(i)) {
                assertEquals(datagram[i], again.get(i), "byte " + i + " of " + beat);
            }
        }
    }

    /** What was refused, or taken, before has no part in what comes next. */
    private static void assertHeard(BeatPair pair, byte[] genuine) {
        try {
            assertEquals(
                    "", pair.receiver().decode(ByteBuffer.wrap(genuine)).beat().configProblem());
        } catch (ProtocolException e) {
            throw new AssertionError("a genuine heartbeat is refused", e);
        }
    }

    static List<Path> inputs() {
        return Corpus.of(BeatCodecFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
