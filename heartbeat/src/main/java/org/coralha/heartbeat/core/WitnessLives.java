package org.coralha.heartbeat.core;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The life of the witness that this host knows. One that it has left never comes back, however late
 * an answer of it is: what the host has told the next life since, on which that one may grant, says
 * that no earlier grant is used any more.
 */
final class WitnessLives {
    /** An answer is late by a second at most: in that time nobody starts so often. */
    private static final int LEFT_MAX = 64;

    private final Set<Long> left = new LinkedHashSet<>();
    private long current;

    /** The life that is known, 0 if none is. */
    long current() {
        return current;
    }

    /**
     * The witness says that this is its life.
     *
     * @return false if this host has left it for another one: then nothing changes
     */
    boolean follow(long life) {
        if (left.contains(life)) {
            return false;
        }
        if (life != current) {
            left.add(current);
            if (left.size() > LEFT_MAX) {
                left.remove(left.iterator().next());
            }
            current = life;
        }
        return true;
    }
}
