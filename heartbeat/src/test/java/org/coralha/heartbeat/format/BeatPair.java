package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.PauseOrder;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.coralha.pair.ServiceRole;
import org.coralha.pair.keys.KeyRing;

/**
 * Two hosts that share keys 1 and 2, and somebody between them who may have them as well. Signs and
 * verifies without the codec, so that a defect of its own does not hide.
 */
final class BeatPair {
    /** What a heartbeat says, before keys, traits and fingerprints. */
    static final int SAID_BYTES = 116;

    private static final int KEY_AT = 116;
    private static final int DIGEST_AT = 64;
    private static final int DIGEST_BYTES = 32;
    private static final int HMAC_BYTES = 32;
    private static final int MAGIC = 0x43524c48;
    private static final byte[][] SECRETS = {
        "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII),
        "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII)
    };
    private static final KeyRing RING = KeyRing.of(SECRETS[0]).with(2, SECRETS[1]);
    private static final MacAddress MAC = MacAddress.of(new byte[] {2, 1, 2, 3, 4, 5});
    private static final Fingerprint FINGERPRINT = Fingerprint.of(new Properties());
    private static final Digest DIGEST = Digest.of(new byte[] {1});
    private static final HostTraits TRAITS = HostTraits.of("1.2.3", Map.of());
    private static final OwnBeat BEAT =
            new OwnBeat(
                    12,
                    8,
                    ServiceRole.PRIMARY,
                    true,
                    false,
                    true,
                    0,
                    0,
                    true,
                    true,
                    false,
                    5,
                    6,
                    new PauseOrder(3, 1_500_000_000L));

    private final BeatCodec receiver = codec(HostId.B, MAC);

    private static BeatCodec codec(HostId self, MacAddress mac) {
        return new BeatCodec(
                self, "pair", DIGEST, FINGERPRINT, () -> TRAITS, mac, BeatKeys.fixed(RING));
    }

    /** True for the bytes of the digest. */
    static boolean isOfConfiguration(int at) {
        return at >= DIGEST_AT && at < DIGEST_AT + DIGEST_BYTES;
    }

    /** Host b. */
    BeatCodec receiver() {
        return receiver;
    }

    /** Host a with this address. */
    BeatCodec sender(MacAddress mac) {
        return codec(HostId.A, mac);
    }

    /** A heartbeat of host a. */
    byte[] genuine() {
        ByteBuffer out = ByteBuffer.allocate(BeatCodec.DATAGRAM_BYTES);
        sender(MAC).encode(BEAT, false, 77, 5, 66, 4, out);
        return out.array();
    }

    /** Puts the signature of the key that the datagram names at its end, if there is such a key. */
    void sign(byte[] datagram) {
        int id = datagram[KEY_AT];
        if (id == 1 || id == 2) {
            byte[] signature = signature(id, datagram);
            System.arraycopy(
                    signature, 0, datagram, datagram.length - HMAC_BYTES, signature.length);
        }
    }

    /** Whether a holder of a key made exactly these bytes. */
    boolean isAuthentic(byte[] datagram) {
        if (datagram.length != BeatCodec.DATAGRAM_BYTES
                || ByteBuffer.wrap(datagram).getInt() != MAGIC) {
            return false;
        }
        int id = datagram[KEY_AT];
        byte[] claimed =
                Arrays.copyOfRange(datagram, datagram.length - HMAC_BYTES, datagram.length);
        return (id == 1 || id == 2) && MessageDigest.isEqual(signature(id, datagram), claimed);
    }

    private static byte[] signature(int id, byte[] datagram) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRETS[id - 1], "HmacSHA256"));
            mac.update(datagram, 0, datagram.length - HMAC_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
