package org.coralha.heartbeat.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PauseOrder;
import org.coralha.heartbeat.core.PeerBeat;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.keys.KeyRing;
import org.junit.jupiter.api.Test;

class BeatCodecTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes();
    private static final MacAddress MAC = MacAddress.of(new byte[] {2, 1, 2, 3, 4, 5});
    private static final PauseOrder PAUSE = new PauseOrder(3, 1_500_000_000L);
    private static final OwnBeat BEAT =
            new OwnBeat(
                    12,
                    8,
                    ServiceRole.PRIMARY,
                    true,
                    false,
                    true,
                    66,
                    4,
                    true,
                    true,
                    false,
                    6,
                    4,
                    PAUSE);

    private final BeatCodec a = codec(HostId.A, "pair", "x", KEY);
    private final BeatCodec b = codec(HostId.B, "pair", "x", KEY);

    private static BeatCodec codec(HostId self, String pair, String logPort, byte[] key) {
        return codec(self, pair, logPort, KeyRing.of(key), HostTraits.of("1.2.3", Map.of()));
    }

    private static BeatCodec codec(
            HostId self, String pair, String logPort, KeyRing keys, HostTraits traits) {
        Properties properties = new Properties();
        properties.setProperty("log.port", logPort);
        return new BeatCodec(
                self,
                pair,
                Digest.of(logPort.getBytes()),
                Fingerprint.of(properties),
                () -> traits,
                MAC,
                BeatKeys.fixed(keys));
    }

    private static ByteBuffer encode(BeatCodec codec, OwnBeat beat, boolean lastGasp) {
        ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
        codec.encode(beat, lastGasp, 77, 5, 66, 4, out);
        return out;
    }

    private static String refusal(BeatCodec codec, ByteBuffer in) {
        return assertThrows(ProtocolException.class, () -> codec.decode(in)).getMessage();
    }

    @Test
    void whatIsEncodedIsDecoded() throws ProtocolException {
        Datagram datagram = b.decode(encode(a, BEAT, true));
        assertEquals(
                new PeerBeat(
                        77,
                        5,
                        66,
                        4,
                        12,
                        8,
                        ServiceRole.PRIMARY,
                        true,
                        false,
                        true,
                        true,
                        true,
                        false,
                        6,
                        4,
                        PAUSE,
                        true,
                        ""),
                datagram.beat());
        assertEquals(HostId.A, datagram.sender());
        assertEquals(MAC, datagram.mac());
    }

    @Test
    void everyFlippedBitIsFound() {
        for (int bit = 0; bit < BeatCodec.DATAGRAM_BYTES * 8; bit++) {
            ByteBuffer in = encode(a, BEAT, false);
            in.put(bit / 8, (byte) (in.get(bit / 8) ^ 1 << bit % 8));
            String reason = refusal(b, in);
            assertTrue(List.of("hmac", "magic", "key").contains(reason), reason);
        }
    }

    @Test
    void eachKindOfStrangerHasItsReason() throws GeneralSecurityException {
        byte[] otherKey = KEY.clone();
        otherKey[31] ^= 1;
        assertEquals(
                "hmac", refusal(codec(HostId.B, "pair", "x", otherKey), encode(a, BEAT, false)));
        assertEquals("pair", refusal(codec(HostId.B, "other", "x", KEY), encode(a, BEAT, false)));
        assertEquals("sender", refusal(a, encode(a, BEAT, false)), "a reflected heartbeat");
        assertEquals("length", refusal(b, ByteBuffer.allocate(0)));
        assertEquals("length", refusal(b, ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES + 1)));
        assertEquals("magic", refusal(b, ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES)));
        assertEquals("version", refusal(b, forged(4, 9)));
        assertEquals("flags", refusal(b, forged(7, 0x80)));
        assertTrue(refusal(b, forged(6, 99)).startsWith("role"));
        assertEquals("range", refusal(b, forged(32, 0x80)), "negative epoch");
        assertEquals("range", refusal(b, forged(117, 1)), "what must be 0");
    }

    @Test
    void eachDatagramNamesItsKeyAndTheKeysOfItsSender() throws Exception {
        byte[] other = KEY.clone();
        other[0] ^= 1;
        KeyRing one = KeyRing.of(KEY);
        KeyRing two = one.with(2, other);
        KeyRing wrong = one.with(2, new byte[32]);
        assertEquals(1, commonKey(one, one));
        assertEquals(1, commonKey(one, two));
        assertEquals(2, commonKey(two.newestOnly(), two));
        assertEquals(
                "key", refusal(keyed(HostId.B, one), encode(keyed(HostId.A, two), BEAT, false)));
        assertEquals(
                "hmac", refusal(keyed(HostId.B, wrong), encode(keyed(HostId.A, two), BEAT, false)));
    }

    private static int commonKey(KeyRing sender, KeyRing receiver) throws ProtocolException {
        ByteBuffer sent = encode(keyed(HostId.A, sender), BEAT, false);
        return keyed(HostId.B, receiver).decode(sent).commonKey();
    }

    private static BeatCodec keyed(HostId self, KeyRing ring) {
        return codec(self, "pair", "x", ring, HostTraits.of("1.2.3", Map.of()));
    }

    /** A datagram with the right key and one wrong byte, as a defective peer would send it. */
    private ByteBuffer forged(int offset, int value) throws GeneralSecurityException {
        ByteBuffer in = encode(a, BEAT, false);
        in.put(offset, (byte) value);
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        int signedBytes = BeatCodec.DATAGRAM_BYTES - BeatCodec.MAC_BYTES;
        hmac.update(in.slice(0, signedBytes));
        in.put(signedBytes, hmac.doFinal());
        return in;
    }

    @Test
    void differentConfigurationsAreDecodedAndTheKeysNamed() throws ProtocolException {
        BeatCodec other = codec(HostId.B, "pair", "y", KEY);
        PeerBeat beat = other.decode(encode(a, BEAT, false)).beat();
        assertTrue(beat.configProblem().contains("in log.port:"), beat.configProblem());
    }

    @Test
    void hostsThatNegotiateDifferentlyAreToldWhat() throws ProtocolException {
        HostTraits without = HostTraits.of("1.2.3", Map.of(HostTraits.Trait.SACK, 0));
        BeatCodec other = codec(HostId.B, "pair", "x", KeyRing.of(KEY), without);
        assertEquals(
                "net.ipv4.tcp_sack is 0 here and 1 at the peer: make both hosts alike, then start"
                        + " the newcomer again",
                other.decode(encode(a, BEAT, false)).beat().configProblem());
        assertEquals("", b.decode(encode(a, BEAT, false)).beat().configProblem());
    }

    @Test
    void randomBytesAreRefused() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            boolean rightSize = random.nextBoolean();
            byte[] noise = new byte[rightSize ? BeatCodec.DATAGRAM_BYTES : random.nextInt(1500)];
            random.nextBytes(noise);
            if (rightSize && random.nextBoolean()) {
                ByteBuffer.wrap(noise).putInt(0x43524c48);
            }
            refusal(b, ByteBuffer.wrap(noise));
        }
    }
}
