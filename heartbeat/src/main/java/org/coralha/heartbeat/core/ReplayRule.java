package org.coralha.heartbeat.core;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tells heartbeats that somebody sends again from what a healthy pair hears. Both are genuine and
 * change nothing, see {@link PeerSession}: this is only about whether to call for a person.
 *
 * <p>A heartbeat that is not current is suspicious if it belongs to the life that is current, to a
 * life that was current before, to another life while the current one is heard, or to one that
 * cannot prove for a while that it hears this host. What remains is a peer that starts.
 */
public final class ReplayRule {
    private static final int LIVES_MAX = 64;
    private static final int UNPROVEN_SILENCES = 32;

    private final long silenceNs;
    private final Set<Long> past = new LinkedHashSet<>();
    private long current;
    private long currentNs;
    private long unprovenNs;
    private long unprovenSinceNs;
    private boolean unproven;

    /**
     * @param silenceNs silence after which the peer is gone
     */
    public ReplayRule(long silenceNs) {
        this.silenceNs = silenceNs;
    }

    /**
     * Judges one authentic heartbeat.
     *
     * @param fresh whether the core took it for current
     * @return true if it is suspicious
     */
    public boolean suspects(PeerBeat beat, boolean fresh, long nowNs) {
        if (fresh) {
            become(beat.incarnation());
            currentNs = nowNs;
            unproven = false;
            return false;
        }
        boolean known = beat.incarnation() == current || past.contains(beat.incarnation());
        boolean beside = current != 0 && nowNs - currentNs < silenceNs;
        return known || beside || unprovenForLong(nowNs);
    }

    private void become(long incarnation) {
        if (incarnation == current) {
            return;
        }
        if (current != 0) {
            past.add(current);
            if (past.size() > LIVES_MAX) {
                past.remove(past.iterator().next());
            }
        }
        current = incarnation;
        past.remove(incarnation);
    }

    private boolean unprovenForLong(long nowNs) {
        if (!unproven || nowNs - unprovenNs > UNPROVEN_SILENCES * silenceNs) {
            unproven = true;
            unprovenSinceNs = nowNs;
        }
        unprovenNs = nowNs;
        return nowNs - unprovenSinceNs > UNPROVEN_SILENCES * silenceNs;
    }
}
