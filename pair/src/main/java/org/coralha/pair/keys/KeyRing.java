package org.coralha.pair.keys;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.pair.ConfigException;

/**
 * HMAC keys with numbers, of which the highest is the newest. Written as text, one key per line:
 * {@code ID HEX}, with the number 1..255 and 32 to 256 bytes in hex; empty lines and those that
 * begin with {@code #} do not count. At most 8 keys. Immutable; safe from any thread.
 *
 * <p>Two parties agree on the key to sign with by their <em>tags</em>: each says, signed, which
 * keys it has, and uses the newest that the other has too. So it does not matter which of them gets
 * a new key first, nor whether somebody has made a different key of the same number on each.
 */
public final class KeyRing {
    /** Highest number of a key. */
    public static final int ID_MAX = 255;

    /** Keys in a ring at most. */
    public static final int KEYS_MAX = 8;

    /** Shortest key, in bytes: as long as what HMAC-SHA256 yields. */
    public static final int SECRET_MIN_BYTES = 32;

    /** Longest key, in bytes. */
    public static final int SECRET_MAX_BYTES = 256;

    private static final Pattern LINE = Pattern.compile("([1-9][0-9]{0,2})[ \t]+([0-9a-fA-F]+)");
    private static final String ALLOWED =
            "write ID HEX, with ID in 1.." + ID_MAX + " and an even number of hex digits";

    private final TreeMap<Integer, byte[]> secrets;

    private KeyRing(TreeMap<Integer, byte[]> secrets) {
        this.secrets = secrets;
    }

    /** A ring of one key, number 1. */
    public static KeyRing of(byte[] secret) {
        return of(1, secret);
    }

    /**
     * A ring of one key.
     *
     * @throws IllegalArgumentException if a limit of this class forbids it
     */
    public static KeyRing of(int id, byte[] secret) {
        return new KeyRing(new TreeMap<>()).with(id, secret);
    }

    /**
     * Reads the text of a ring.
     *
     * @param source what to name in the error
     * @throws ConfigException with every wrong line; none of them shows a key
     */
    public static KeyRing parse(String source, String text) throws ConfigException {
        List<String> problems = new ArrayList<>();
        TreeMap<Integer, byte[]> secrets = new TreeMap<>();
        int number = 0;
        for (String line : text.lines().map(String::strip).toList()) {
            number++;
            if (!line.isEmpty() && !line.startsWith("#")) {
                String problem = add(line, secrets);
                if (!problem.isEmpty()) {
                    problems.add("line " + number + ": " + problem);
                }
            }
        }
        if (secrets.size() > KEYS_MAX) {
            problems.add(secrets.size() + " keys, at most " + KEYS_MAX + ": coralctl keys prune");
        } else if (secrets.isEmpty() && problems.isEmpty()) {
            problems.add("no key in it: coralctl keys init makes one");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(source, problems);
        }
        return new KeyRing(secrets);
    }

    /** Adds the key of a line; what is wrong with it, empty if nothing is. */
    private static String add(String line, TreeMap<Integer, byte[]> secrets) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches() || parts.group(2).length() % 2 != 0) {
            return "no key: " + ALLOWED;
        }
        int id = Integer.parseInt(parts.group(1));
        byte[] secret = HexFormat.of().parseHex(parts.group(2));
        if (id > ID_MAX) {
            return "number " + id + ": " + ALLOWED;
        }
        if (secret.length < SECRET_MIN_BYTES || secret.length > SECRET_MAX_BYTES) {
            return String.format(
                    "key of %d bytes, allowed are %d..%d: coralctl keys rotate makes a new one",
                    secret.length, SECRET_MIN_BYTES, SECRET_MAX_BYTES);
        }
        for (Map.Entry<Integer, byte[]> other : secrets.entrySet()) {
            if (other.getKey() == id || MessageDigest.isEqual(other.getValue(), secret)) {
                return "number " + id + " repeats number " + other.getKey() + ": remove one";
            }
        }
        secrets.put(id, secret);
        return "";
    }

    /**
     * This ring and one more key.
     *
     * @throws IllegalArgumentException if a limit of this class forbids it
     */
    public KeyRing with(int id, byte[] secret) {
        TreeMap<Integer, byte[]> more = new TreeMap<>(secrets);
        String problem = add(id + " " + HexFormat.of().formatHex(secret), more);
        if (!problem.isEmpty() || more.size() > KEYS_MAX) {
            throw new IllegalArgumentException(problem.isEmpty() ? "too many keys" : problem);
        }
        return new KeyRing(more);
    }

    /** A ring of the newest key alone. */
    public KeyRing newestOnly() {
        return new KeyRing(new TreeMap<>(secrets.tailMap(newest())));
    }

    /** The text that {@link #parse} reads, with what it is in a comment. */
    public String text(String comment) {
        StringBuilder text = new StringBuilder("# ").append(comment).append('\n');
        secrets.forEach(
                (id, secret) ->
                        text.append(id)
                                .append(' ')
                                .append(HexFormat.of().formatHex(secret))
                                .append('\n'));
        return text.toString();
    }

    /** Number of the newest key. */
    public int newest() {
        return secrets.lastKey();
    }

    /** Every number, ascending. */
    public List<Integer> ids() {
        return List.copyOf(secrets.keySet());
    }

    /** True if the ring has a key of that number. */
    public boolean has(int id) {
        return secrets.containsKey(id);
    }

    /** True if both rings have the same key of that number. */
    public boolean shares(int id, KeyRing other) {
        return has(id) && other.has(id) && MessageDigest.isEqual(secret(id), other.secret(id));
    }

    byte[] secret(int id) {
        return secrets.get(id);
    }

    /** What to tell the other party of this ring: see {@link KeySeal#tags}. */
    public int[] tags() {
        return new KeySeal(this).tags();
    }

    /** Number of the newest key that is among the other party's {@link #tags}; 0 if none is. */
    public int newestAmong(int[] tagsOfOther) {
        return newestAmong(tags(), tagsOfOther);
    }

    /**
     * Likewise, for callers that ask often.
     *
     * @param own the {@link #tags} of this ring
     */
    public int newestAmong(int[] own, int[] tagsOfOther) {
        int found = 0;
        int next = 0;
        for (int id : secrets.keySet()) {
            int tag = own[next++];
            for (int other : tagsOfOther) {
                found = other == tag ? id : found;
            }
        }
        return found;
    }

    /** The numbers; never a key. */
    @Override
    public String toString() {
        return "keys " + secrets.keySet();
    }
}
