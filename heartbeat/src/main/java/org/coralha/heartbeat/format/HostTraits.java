package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * What a host is besides its pair.properties, as far as the hosts of a pair must be alike: the
 * release of Coral, and whatever decides what TCP negotiates with a client. A survivor cannot
 * negotiate again: it must be able to keep what its peer agreed to. Immutable.
 */
public final class HostTraits {
    private static final int RELEASE_BYTES = 16;
    private static final int UNSCALED_BITS = 15;
    private static final int SCALE_LIMIT = 14;

    private final String release;
    private final Map<Trait, Integer> values;
    private final byte[] wire;

    /** A number that the kernel shows; what negotiates alike has the same class. */
    public enum Trait {
        /** Whether timestamps are used; with or without a random base is all the same. */
        TIMESTAMPS("net.ipv4.tcp_timestamps", 1, value -> Math.min(value, 1)),
        /** Selective acknowledgement. */
        SACK("net.ipv4.tcp_sack", 1, value -> value),
        /** Window scaling. */
        WINDOW_SCALING("net.ipv4.tcp_window_scaling", 1, value -> value),
        /** What a client that asks is granted: 1 and 2 ECN, 3 to 5 accurate ECN. */
        ECN("net.ipv4.tcp_ecn", 2, value -> value < 3 ? Math.min(value, 1) : 2),
        /** Largest receive buffer of TCP, in bytes: decides the window scale. */
        RECEIVE_BUFFER("net.ipv4.tcp_rmem", 6_291_456, HostTraits::scale),
        /** Largest receive buffer of any socket, in bytes: the larger of both decides. */
        ANY_RECEIVE_BUFFER("net.core.rmem_max", 0, value -> 0),
        /** Of the interface with the host's own address: decides the segment size. */
        MTU("mtu", 1500, value -> value);

        private final String key;
        private final int otherwise;
        private final IntUnaryOperator kind;

        Trait(String key, int otherwise, IntUnaryOperator kind) {
            this.key = key;
            this.otherwise = otherwise;
            this.kind = kind;
        }

        /** The name that an operator knows. */
        public String key() {
            return key;
        }
    }

    private HostTraits(String release, Map<Trait, Integer> values) {
        this.release = release;
        this.values = new EnumMap<>(values);
        this.wire = wire();
    }

    private byte[] wire() {
        ByteBuffer out = ByteBuffer.allocate(wireBytes());
        byte[] text = release.getBytes(StandardCharsets.UTF_8);
        out.put(text, 0, Math.min(text.length, RELEASE_BYTES)).position(RELEASE_BYTES);
        values.values().forEach(out::putInt);
        return out.array();
    }

    /**
     * @param release of Coral
     * @param values what is missing counts as the kernel's default
     */
    public static HostTraits of(String release, Map<Trait, Integer> values) {
        Map<Trait, Integer> all = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            all.put(trait, values.getOrDefault(trait, trait.otherwise));
        }
        return new HostTraits(release, all);
    }

    /** The shift of the window that Linux offers with a receive buffer of this size. */
    private static int scale(int bytes) {
        int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(1, bytes));
        return Math.max(0, Math.min(SCALE_LIMIT, bits - UNSCALED_BITS));
    }

    /** The release of Coral. */
    public String release() {
        return release;
    }

    static int wireBytes() {
        return RELEASE_BYTES + Trait.values().length * Integer.BYTES;
    }

    void writeTo(ByteBuffer out) {
        out.put(wire);
    }

    /** Consumes {@link #wireBytes} and names every difference to the peer that matters. */
    List<String> differing(ByteBuffer in) {
        byte[] ofPeer = new byte[wireBytes()];
        in.get(ofPeer);
        return Arrays.equals(wire, ofPeer)
                ? List.of()
                : differing(readFrom(ByteBuffer.wrap(ofPeer)));
    }

    static HostTraits readFrom(ByteBuffer in) {
        byte[] field = new byte[RELEASE_BYTES];
        in.get(field);
        Map<Trait, Integer> values = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            values.put(trait, in.getInt());
        }
        return new HostTraits(new String(field, StandardCharsets.UTF_8).replace("\0", ""), values);
    }

    /** Every difference to the peer that matters, with both values. */
    public List<String> differing(HostTraits peer) {
        List<String> differences = new ArrayList<>();
        if (!series(release).equals(series(peer.release))) {
            differences.add(both("the release of Coral", release, peer.release));
        }
        for (Trait trait : Trait.values()) {
            if (trait.kind.applyAsInt(number(trait)) != trait.kind.applyAsInt(peer.number(trait))) {
                differences.add(both(trait.key, shown(trait), peer.shown(trait)));
            }
        }
        return differences;
    }

    /** Releases of one series differ in their last number only, and speak the same protocols. */
    private static String series(String release) {
        int first = release.indexOf('.');
        int second = release.indexOf('.', first + 1);
        return first < 0 || second < 0 ? release : release.substring(0, second);
    }

    private int number(Trait trait) {
        int own = values.get(trait);
        return trait == Trait.RECEIVE_BUFFER
                ? Math.max(own, values.get(Trait.ANY_RECEIVE_BUFFER))
                : own;
    }

    private String shown(Trait trait) {
        return trait == Trait.RECEIVE_BUFFER
                ? values.get(trait)
                        + " with net.core.rmem_max "
                        + values.get(Trait.ANY_RECEIVE_BUFFER)
                : Integer.toString(values.get(trait));
    }

    private static String both(String what, String here, String there) {
        return what + " is " + here + " here and " + there + " at the peer";
    }
}
