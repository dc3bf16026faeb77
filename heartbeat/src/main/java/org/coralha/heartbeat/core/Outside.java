package org.coralha.heartbeat.core;

import java.util.Optional;

/**
 * Whether hosts outside the pair can be reached: the difference between a dead peer and a cut cable
 * of one's own. Probes are sent only while somebody asks.
 *
 * <p>A network that was away for a moment answers as soon as it is back, while the peer, which was
 * heard all the time by everybody else, may not have spoken since. So only the silence during which
 * the network was there says something: either it answered from the first probe on, or the peer had
 * the time to be heard since it does.
 */
final class Outside {
    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Timing timing;
    private long probedNs = NEVER;
    private long firstProbeNs = NEVER;
    private long answeredNs = NEVER;
    private long lastProvenNs = NEVER;
    private long goodSinceNs = NEVER;

    Outside(Timing timing) {
        this.timing = timing;
    }

    /**
     * The probe that is due now, at the latest after {@code everyNs}. The first one starts a
     * suspicion: answers to older ones do not count.
     */
    Optional<Action> probe(long everyNs, long nowNs) {
        // Once it answers, the question is since when: answers far apart would never say.
        long dueNs = answers(nowNs) ? Math.min(everyNs, timing.probeEveryNs()) : everyNs;
        if (nowNs - probedNs < dueNs) {
            return Optional.empty();
        }
        probedNs = nowNs;
        if (firstProbeNs == NEVER) {
            firstProbeNs = nowNs;
        }
        return Optional.of(new Action.ProbeOutside(nowNs));
    }

    /** The suspicion is over, one way or the other. */
    void calm() {
        firstProbeNs = NEVER;
        answeredNs = NEVER;
        lastProvenNs = NEVER;
    }

    /**
     * An answer arrived. One that took longer than a heartbeat's period was perhaps waiting for the
     * network on its way: it shows that the network is there, not since when.
     */
    void answered(long sentNs, long nowNs) {
        if (firstProbeNs == NEVER || sentNs < firstProbeNs) {
            return;
        }
        long provenNs = nowNs - sentNs <= timing.periodNs() ? sentNs : nowNs;
        if (answeredNs == NEVER || provenNs - lastProvenNs > timing.answerAgeNs()) {
            goodSinceNs = provenNs;
        }
        goodSinceNs = Math.min(goodSinceNs, provenNs);
        lastProvenNs = Math.max(lastProvenNs, provenNs);
        answeredNs = nowNs;
    }

    /**
     * True if a probe of this suspicion was answered not long ago, and what was not heard since the
     * suspicion began was not said.
     */
    boolean reachable(long nowNs) {
        return answers(nowNs)
                && (goodSinceNs == firstProbeNs || nowNs - goodSinceNs >= timing.hearingNs());
    }

    /** True if no probe of this suspicion was answered. */
    boolean isSilent() {
        return answeredNs == NEVER;
    }

    /** True if a probe of this suspicion was answered not long ago. */
    private boolean answers(long nowNs) {
        return answeredNs != NEVER && nowNs - answeredNs <= timing.answerAgeNs();
    }
}
