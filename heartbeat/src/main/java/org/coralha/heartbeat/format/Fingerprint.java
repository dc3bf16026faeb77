package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.coralha.pair.Digest;
import org.coralha.pair.PairKey;

/**
 * Four bytes per configuration key, in the order of {@link PairKey}: enough to name the keys in
 * which two hosts differ. Whether they differ at all is for the full digest to say. Immutable.
 */
public final class Fingerprint {
    private final int[] perKey;
    private final byte[] wire;

    private Fingerprint(int[] perKey) {
        this.perKey = perKey;
        ByteBuffer out = ByteBuffer.allocate(wireBytes());
        for (int value : perKey) {
            out.putInt(value);
        }
        this.wire = out.array();
    }

    /** The fingerprint of properties that were parsed without problems. */
    public static Fingerprint of(Properties properties) {
        int[] perKey = new int[PairKey.values().length];
        for (PairKey key : PairKey.values()) {
            String value = properties.getProperty(key.key(), "");
            String effective = value.isBlank() ? key.defaultValue().orElse("") : value.trim();
            String line = key.key() + "=" + effective;
            byte[] digest = Digest.of(line.getBytes(StandardCharsets.UTF_8)).bytes();
            perKey[key.ordinal()] = ByteBuffer.wrap(digest).getInt();
        }
        return new Fingerprint(perKey);
    }

    static int wireBytes() {
        return PairKey.values().length * Integer.BYTES;
    }

    void writeTo(ByteBuffer out) {
        out.put(wire);
    }

    /** Consumes {@link #wireBytes} and names the keys that differ. */
    List<String> differing(ByteBuffer in) {
        List<String> keys = new ArrayList<>();
        for (PairKey key : PairKey.values()) {
            if (in.getInt() != perKey[key.ordinal()]) {
                keys.add(key.key());
            }
        }
        return keys;
    }
}
