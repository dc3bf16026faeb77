package org.coralha.heartbeat.port;

import org.coralha.heartbeat.core.OwnBeat;

/** Sends heartbeats to the peer. A heartbeat that cannot be sent is counted, nothing else. */
public interface PeerLink {
    /** What the heartbeats that are sent each period say from now on. */
    void say(OwnBeat beat);

    /** Sends that many heartbeats at once. */
    void announce(int copies, boolean lastGasp);
}
