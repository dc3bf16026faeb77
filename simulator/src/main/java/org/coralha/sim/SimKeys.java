package org.coralha.sim;

import java.util.Map;
import java.util.Properties;
import org.coralha.heartbeat.format.BeatCodec;
import org.coralha.heartbeat.format.BeatKeys;
import org.coralha.heartbeat.format.Fingerprint;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.heartbeat.format.WitnessCodec;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.Digest;
import org.coralha.pair.HostId;
import org.coralha.pair.keys.KeyRing;
import org.coralha.sim.engine.Chance;

/** What both hosts of a pair have in files: its name, its configuration, and keys of the seed. */
final class SimKeys {
    /** What stands for the pair in the talk with the witness. */
    static final long PAIR = WitnessCodec.pairHash("sim");

    private static final Digest CONFIGURATION = Digest.of(new byte[0]);
    private static final Fingerprint FINGERPRINT = Fingerprint.of(new Properties());
    private static final HostTraits TRAITS = HostTraits.of("0.1.0", Map.of());
    private static final int KEY_ID = 2;

    private final Chance chance;
    private final int id;
    private final BeatCodec[] codecs = new BeatCodec[HostId.values().length];
    private BeatKeys beats;
    private BeatKeys witness;

    private SimKeys(int id, Chance chance) {
        this.chance = chance;
        this.id = id;
    }

    /** The keys of a pair. */
    static SimKeys of(Chance chance) {
        return new SimKeys(KEY_ID, chance);
    }

    /**
     * Keys that nobody of the pair has.
     *
     * @param known whether their number is that of the pair's
     */
    static SimKeys foreign(boolean known, Chance chance) {
        return new SimKeys(known ? KEY_ID : KEY_ID - 1, chance);
    }

    /** Of the talk with the witness. */
    BeatKeys witness() {
        witness = witness == null ? BeatKeys.fixed(ring()) : witness;
        return witness;
    }

    private KeyRing ring() {
        byte[] secret = new byte[KeyRing.SECRET_MIN_BYTES];
        for (int i = 0; i < secret.length; i += Long.BYTES) {
            long bits = chance.next();
            for (int j = 0; j < Long.BYTES; j++) {
                secret[i + j] = (byte) (bits >>> Byte.SIZE * j);
            }
        }
        return KeyRing.of(id, secret);
    }

    /** What a host with these keys writes and reads. */
    BeatCodec beats(HostId host) {
        int slot = host.ordinal();
        codecs[slot] = codecs[slot] == null ? codec(host) : codecs[slot];
        return codecs[slot];
    }

    private BeatCodec codec(HostId host) {
        beats = beats == null ? BeatKeys.fixed(ring()) : beats;
        byte[] address = {2, 0, 0, 0, 0, (byte) host.ordinal()};
        return new BeatCodec(
                host,
                "sim",
                CONFIGURATION,
                FINGERPRINT,
                () -> TRAITS,
                MacAddress.of(address),
                beats);
    }
}
