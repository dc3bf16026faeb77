package org.coralha.heartbeat.core;

import java.util.concurrent.TimeUnit;
import org.coralha.pair.PairConfig;

/**
 * Limits of the decisions, in nanoseconds.
 *
 * @param tickNs time between two ticks
 * @param periodNs time between two heartbeats
 * @param silenceNs silence after which the peer is gone
 * @param pulseLimitNs silence after which Jetty counts as crashed
 * @param startAloneNs wait for the peer before serving alone
 * @param roleLimitNs time for the module to take a role
 * @param joinLimitNs time for the peer to accept an offer
 * @param retryNs pause after a failed join
 */
public record Timing(
        long tickNs,
        long periodNs,
        long silenceNs,
        long pulseLimitNs,
        long startAloneNs,
        long roleLimitNs,
        long joinLimitNs,
        long retryNs) {

    /** The limits that follow from the configuration. */
    public static Timing of(PairConfig config) {
        long periodNs = TimeUnit.MILLISECONDS.toNanos(config.heartbeat().periodMs());
        return new Timing(
                Math.max(periodNs / 10, TimeUnit.MILLISECONDS.toNanos(1)),
                periodNs,
                periodNs * config.heartbeat().limit(),
                TimeUnit.MILLISECONDS.toNanos(config.jetty().pulseLimitMs()),
                TimeUnit.MILLISECONDS.toNanos(config.startAloneMs()),
                TimeUnit.SECONDS.toNanos(10),
                TimeUnit.SECONDS.toNanos(10),
                TimeUnit.SECONDS.toNanos(2));
    }

    /** Silence at which the outside hosts are asked: one heartbeat is overdue by half a period. */
    long suspicionNs() {
        return periodNs + periodNs / 2;
    }

    /**
     * For how long this host may speak for the service after a heartbeat left: shorter than the
     * silence at which the peer, whose count may be two ticks ahead, takes over, by what two clocks
     * can differ in that time. The proof is docs/adr/0006-lease.md.
     */
    public long leaseNs() {
        return silenceNs - 2 * tickNs - silenceNs / 20;
    }

    /** A host that was heard and then did not run for this long still has its lease. */
    public long dozeNs() {
        return leaseNs() - periodNs;
    }

    /**
     * Time since the peer has shown that it hears this host, in which it can have started anew but
     * not have served: that takes the silence limit, less two ticks, and then a start of its
     * daemon, which is longer than three periods; two more ticks are more than two clocks can
     * differ by in that time. More than this host waits for a peer that is silent, unless outside
     * hosts answer late.
     */
    long noReignNs() {
        return silenceNs + 3 * periodNs - 4 * tickNs;
    }

    /** Time between two reports to the witness. */
    long reportEveryNs() {
        return periodNs * 20;
    }

    /**
     * Time between two questions to the witness: the answer is what clients wait for, but a witness
     * that is away is not to be flooded.
     *
     * @param asked how often it was asked already
     */
    long askEveryNs(int asked) {
        if (asked < 8) {
            return 2 * tickNs;
        }
        return asked < 40 ? periodNs : periodNs * 10;
    }

    /** A host that took connections over serves them first, then lets the peer join. */
    long settleNs() {
        return 8 * periodNs;
    }

    /** Time between two probes while the peer is suspected. */
    long probeEveryNs() {
        return periodNs / 2;
    }

    /** Time between two probes while nothing hurries. */
    long slowProbeEveryNs() {
        return periodNs * 4;
    }

    /**
     * Silence that a newcomer forgives a host that serves alone, before it counts: as much again.
     */
    long newcomerPatienceNs() {
        return silenceNs;
    }

    /** Age up to which an answer still proves that the outside is reachable. */
    long answerAgeNs() {
        return periodNs + periodNs / 2;
    }

    /** Time in which a living peer is heard for sure once the network is there. */
    long hearingNs() {
        return 2 * periodNs;
    }

    /**
     * Silence of peer and outside hosts at which the peer has most probably gone on without this
     * host: longer than what outside hosts that answer late make of a peer that is dead.
     */
    long aloneNs() {
        return silenceNs * 2;
    }

    /**
     * Silence of peer and outside hosts at which this host counts itself as cut off. Longer than
     * what a busy network stack makes of a healthy link, because it costs a failover; until then a
     * primary can only repeat bytes that its backup has logged.
     */
    long cutNs() {
        return silenceNs * 4;
    }

    /**
     * Silence of peer and outside hosts at which a backup gives its copies of the connections up:
     * the primary has most probably gone on without it.
     */
    long staleNs() {
        return cutNs() * 4;
    }
}
