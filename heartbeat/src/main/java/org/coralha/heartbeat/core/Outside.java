package org.coralha.heartbeat.core;

import java.util.Optional;

/**
 * Whether hosts outside the pair can be reached: the difference between a dead peer and a cut cable
 * of one's own. Probes are sent only while somebody asks.
 */
final class Outside {
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Timing timing;
    private long probedNs = NEVER;
    private long sinceNs = NEVER;
    private long answeredNs = NEVER;

    Outside(Timing timing) {
        this.timing = timing;
    }

    /**
     * The probe that is due now. The first one starts a suspicion: answers to older ones do not
     * count.
     */
    Optional<Action> probe(long everyNs, long nowNs) {
        if (sinceNs == NEVER) {
            sinceNs = nowNs;
        }
        if (nowNs - probedNs < everyNs) {
            return Optional.empty();
        }
        probedNs = nowNs;
        return Optional.of(new Action.ProbeOutside(nowNs));
    }

    /** The suspicion is over, one way or the other. */
    void calm() {
        sinceNs = NEVER;
        answeredNs = NEVER;
    }

    void answered(long sentNs, long nowNs) {
        if (sinceNs != NEVER && sentNs >= sinceNs) {
            answeredNs = nowNs;
        }
    }

    /** True if a probe of this suspicion was answered, and not long ago. */
    boolean reachable(long nowNs) {
        return answeredNs != NEVER && nowNs - answeredNs <= timing.answerAgeNs();
    }
}
