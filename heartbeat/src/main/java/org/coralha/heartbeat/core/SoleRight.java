package org.coralha.heartbeat.core;

import java.util.List;
import java.util.Optional;

/**
 * Whether this host is the only one that may begin the next reign, because it serves, or served
 * last, alone. Kept on disk while there is a witness, so that a survivor whose daemon or power
 * failed comes back by itself; given up on disk before anybody else may act on it.
 */
final class SoleRight {
    private final boolean kept;
    private long epoch;
    private long written;
    private long before;
    private long previous;

    /**
     * @param kept false without a witness: then there is no such right
     * @param stored what is on disk, 0 for none
     */
    SoleRight(boolean kept, long stored) {
        this.kept = kept;
        this.epoch = kept ? stored : 0;
        this.written = epoch;
        this.before = epoch;
    }

    /** The epoch in which this host serves, or served last, alone; 0 if it has no such right. */
    long epoch() {
        return epoch;
    }

    boolean held() {
        return epoch != 0;
    }

    /** This host begins to serve alone. Nothing waits for the disk: to lose this is safe. */
    void begin(long served) {
        stays();
        previous = epoch;
        epoch = kept ? served : 0;
    }

    /** The epoch that this host was about to serve in is not on disk: it goes on in another one. */
    void beginFailed(long served, long instead) {
        if (served != instead && epoch == served) {
            epoch = previous;
        }
    }

    /** Another host may serve from now on: what must be on disk before it learns that. */
    Optional<Action> end() {
        before = written;
        boolean onDisk = written != 0;
        epoch = 0;
        written = 0;
        return onDisk ? Optional.of(new Action.EndSole()) : Optional.empty();
    }

    /**
     * Gives the right to a peer that serves as soon as it hears of it: whatever was to be announced
     * waits until the right is off the disk.
     */
    void handOver(List<Action> actions, Action.Announce word) {
        end().ifPresent(
                        end -> {
                            actions.removeIf(Action.Announce.class::isInstance);
                            actions.add(end);
                        });
        actions.add(word);
    }

    /** The peer serves although this host did not let it: an operator has decided so. */
    void lose() {
        epoch = 0;
    }

    /**
     * A decision begins that has something else persisted: if the disk refuses that, {@link
     * #endFailed} has nothing to take back. What was given up before is off the disk, and others
     * have acted on it.
     */
    void stays() {
        before = 0;
    }

    /** The disk refused {@link #end}: the right stands, and nobody was told otherwise. */
    void endFailed() {
        if (written == 0 && before != 0) {
            epoch = before;
            written = before;
        }
    }

    /** What is due to be written when there is time. */
    Optional<Action> due() {
        boolean differs = (epoch == 0) != (written == 0);
        written = epoch;
        return differs ? Optional.of(new Action.KeepSole(epoch)) : Optional.empty();
    }
}
