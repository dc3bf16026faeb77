package org.coralha.sim;

import org.coralha.heartbeat.core.OwnBeat;
import org.coralha.heartbeat.core.Timing;
import org.coralha.pair.ServiceRole;

/** What a daemon says of the peer's heartbeats, by the rule of {@code PeerSocket}. */
final class Echo {
    private final long overdueNs;
    private long heardIncarnation;
    private long heardSequence;
    private long countedNs;
    private long incarnation;
    private long sequence;

    Echo(Timing timing) {
        overdueNs = timing.periodNs() + timing.periodNs() / 2;
    }

    void heard(long ofIncarnation, long number) {
        heardIncarnation = ofIncarnation;
        heardSequence = number;
    }

    void say(OwnBeat beat, OwnBeat before, long nowNs) {
        if (beat.countedIncarnation() != before.countedIncarnation()
                || beat.countedSequence() != before.countedSequence()) {
            countedNs = nowNs;
        }
    }

    /** Chooses what the next heartbeat echoes. */
    void choose(OwnBeat own, long nowNs) {
        boolean known = own.countedIncarnation() != 0;
        boolean there = known && nowNs - countedNs < overdueNs;
        boolean counted = there || own.countedIncarnation() == heardIncarnation;
        incarnation = counted ? own.countedIncarnation() : heardIncarnation;
        sequence = counted ? own.countedSequence() : heardSequence;
    }

    /** True if it says that its host takes part in no reign. */
    static boolean rests(OwnBeat own) {
        return own.role() == ServiceRole.IDLE || own.role() == ServiceRole.FENCED;
    }

    long incarnation() {
        return incarnation;
    }

    long sequence() {
        return sequence;
    }
}
