package org.coralha.heartbeat.port;

import org.coralha.heartbeat.core.OwnBeat;

/** Sends heartbeats to the peer. A heartbeat that cannot be sent is counted, nothing else. */
public interface PeerLink {
    /** What the heartbeats that are sent each period say from now on. */
    void say(OwnBeat beat);

    /**
     * Until the next {@link #say} nothing is sent each period: this host is about to serve, and
     * what it said before would hide that if the announcement takes its time.
     */
    void hush();

    /** Sends that many heartbeats at once. */
    void announce(int copies, boolean lastGasp);
}
