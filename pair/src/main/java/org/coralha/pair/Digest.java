package org.coralha.pair;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 value that compares by content. Immutable. */
public final class Digest {
    private final byte[] value;

    private Digest(byte[] value) {
        this.value = value;
    }

    /** SHA-256 of the bytes. */
    public static Digest of(byte[] content) {
        try {
            return new Digest(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    /** The 32 bytes, a copy. */
    public byte[] bytes() {
        return value.clone();
    }

    /** True if the 32 bytes are the same. */
    public boolean matches(byte[] other) {
        return MessageDigest.isEqual(value, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Digest d && matches(d.value);
    }

    @Override
    public int hashCode() {
        return value[0] << 24
                | (value[1] & 0xff) << 16
                | (value[2] & 0xff) << 8
                | (value[3] & 0xff);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(value, 0, 8);
    }
}
