package org.coralha.sim;

import java.util.Arrays;
import org.coralha.sim.engine.Chance;

/** What a bad network makes of a datagram, where checksums do not notice. */
final class Damage {
    private Damage() {}

    /** A copy with a flipped bit, or cut, or with something behind it. */
    static byte[] of(byte[] datagram, Chance chance) {
        return switch (chance.below(4)) {
            case 0 -> Arrays.copyOf(datagram, chance.below(datagram.length));
            case 1 -> Arrays.copyOf(datagram, datagram.length + 1 + chance.below(64));
            default -> flipped(datagram, chance.below(datagram.length * Byte.SIZE));
        };
    }

    private static byte[] flipped(byte[] datagram, int bit) {
        byte[] copy = datagram.clone();
        copy[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return copy;
    }
}
