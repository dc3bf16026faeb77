package org.coralha.heartbeat.core;

import org.coralha.pair.ServiceRole;

/**
 * What is known of the peer's daemon: which of its lives is current, which heartbeats are fresh,
 * and for how long it has been silent.
 *
 * <p>A new incarnation is believed only when it echoes this daemon's own incarnation, and a later
 * sequence than any incarnation before it has echoed: a recorded heartbeat of an earlier life can
 * do neither. Silence counts only the time in which this daemon ran: a pause of its own adds at
 * most two ticks, so a daemon that did not run cannot accuse its peer.
 */
final class PeerSession {
    /** What became of a heartbeat. */
    enum Verdict {
        FRESH,
        /** A replayed, duplicated or overtaken heartbeat of the current incarnation. */
        OLD_SEQUENCE,
        /** A heartbeat of another incarnation that does not prove to be current. */
        OTHER_INCARNATION
    }

    private final long ownIncarnation;
    private PeerBeat last;
    private long lastEcho;
    private long countedEcho;
    private long silenceNs;
    private long unheardNs;
    private long highestEpoch;
    private boolean gone = true;
    private int ownTurn = 1;

    PeerSession(long ownIncarnation) {
        this.ownIncarnation = ownIncarnation;
    }

    /**
     * Takes a heartbeat.
     *
     * @param ownEpoch epoch in which this host takes part: who takes part in the same one has
     *     counted what it echoes; a life that has not may echo what it has only heard
     */
    Verdict accept(PeerBeat beat, long ownEpoch) {
        if (last == null || beat.incarnation() != last.incarnation()) {
            if (beat.echoIncarnation() != ownIncarnation || beat.echoSequence() <= lastEcho) {
                return Verdict.OTHER_INCARNATION;
            }
        } else if (beat.sequence() <= last.sequence()) {
            return Verdict.OLD_SEQUENCE;
        }
        last = beat;
        if (beat.echoIncarnation() == ownIncarnation) {
            unheardNs = beat.echoSequence() > lastEcho ? 0 : unheardNs;
            lastEcho = Math.max(lastEcho, beat.echoSequence());
            // One that started above this reign only says that it has no part in it.
            boolean takesPart = beat.epoch() == ownEpoch && beat.floor() < ownEpoch;
            boolean counts = !beat.role().serves() && takesPart;
            countedEcho = counts ? lastEcho : countedEcho;
        }
        highestEpoch = Math.max(highestEpoch, Math.max(beat.epoch(), beat.floor()));
        silenceNs = 0;
        gone = false;
        return Verdict.FRESH;
    }

    /** Adds time in which this daemon ran and heard nothing. */
    void silent(long elapsedNs) {
        silenceNs += elapsedNs;
        unheardNs += elapsedNs;
    }

    /** For how long the peer has shown no sign of hearing this host. */
    long unheardNs() {
        return unheardNs;
    }

    /** Starts to count again, without believing that the peer lives. */
    void restartSilence() {
        silenceNs = 0;
    }

    /** The peer was found dead; it is not suspected again until it is heard. */
    void giveUp() {
        gone = true;
    }

    /**
     * A peer whose Jetty was not ready cannot have taken over: whether it lives does not matter.
     */
    void giveUpUnlessReady() {
        gone |= last == null || !last.jettyReady();
    }

    long silenceNs() {
        return silenceNs;
    }

    /** False until the peer is heard, and after it was given up. */
    boolean present() {
        return !gone;
    }

    /** The last fresh heartbeat, null if there was none. */
    PeerBeat last() {
        return last;
    }

    /**
     * The last of this daemon's heartbeats from which the peer counts silence before it serves, 0
     * if none. A peer that serves already waits for nothing, and one that does not take part in
     * this reign may serve without having counted any.
     */
    long countedEcho() {
        return countedEcho;
    }

    /** Number of the last change of this host's role, or doubt in what it holds, from 1. */
    int ownTurn() {
        return ownTurn;
    }

    /** From now on the peer has to show that it hears this host as it is now. */
    void nextTurn() {
        ownTurn++;
    }

    /** True if the peer, when it sent its last heartbeat, knew of this host's turn. */
    boolean knowsTurn() {
        return last.echoIncarnation() == ownIncarnation && last.echoTurn() == ownTurn;
    }

    /** True if the peer could serve at once, but for the word of this host. */
    boolean waitsToServe() {
        return !gone
                && last.role() == ServiceRole.IDLE
                && last.jettyReady()
                && !last.claims()
                && last.configMatches();
    }

    /** True if the peer served when it was heard last. */
    boolean lastServed() {
        return last != null && last.role().serves();
    }

    /** Highest epoch that the peer ever used or may have used. */
    long highestEpoch() {
        return highestEpoch;
    }
}
