package org.coralha.pair.keys;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs with the keys of a ring, and checks what was signed. Not safe for several threads. */
public final class KeySeal {
    /** Length of a signature, in bytes. */
    public static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    private final KeyRing ring;
    private final Map<Integer, Mac> macs = new HashMap<>();

    /** Takes the keys of the ring. */
    public KeySeal(KeyRing ring) {
        this.ring = ring;
        for (int id : ring.ids()) {
            macs.put(id, mac(ring.secret(id)));
        }
    }

    private static Mac mac(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java platform", e);
        }
    }

    /** The ring whose keys these are. */
    public KeyRing ring() {
        return ring;
    }

    /**
     * HMAC-SHA256 of the remaining bytes, which are consumed.
     *
     * @param id number of a key that the ring {@link KeyRing#has}
     */
    public byte[] sign(int id, ByteBuffer content) {
        Mac mac = macs.get(id);
        if (mac == null) {
            throw new IllegalArgumentException("no key of number " + id);
        }
        mac.update(content);
        return mac.doFinal();
    }

    /**
     * What to tell the other party of this ring: 4 bytes for each key, by which only one that has
     * the same key of the same number knows it again; {@link KeyRing#KEYS_MAX} of them, the rest
     * are 0.
     */
    public int[] tags() {
        int[] tags = new int[KeyRing.KEYS_MAX];
        int next = 0;
        for (int id : ring.ids()) {
            tags[next++] = tag(id);
        }
        return tags;
    }

    private int tag(int id) {
        byte[] name = ("coral key " + id).getBytes(StandardCharsets.US_ASCII);
        int tag = ByteBuffer.wrap(sign(id, ByteBuffer.wrap(name))).getInt();
        return tag == 0 ? 1 : tag;
    }

    /**
     * True if the signature is that of the remaining bytes, which are consumed. Takes the same time
     * wherever a wrong signature differs.
     *
     * @param id number of a key that the ring {@link KeyRing#has}
     */
    public boolean verify(int id, ByteBuffer content, byte[] signature) {
        return MessageDigest.isEqual(sign(id, content), signature);
    }
}
