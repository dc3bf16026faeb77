package org.coralha.jetty.port;

import org.coralha.pair.DaemonMessage;
import org.coralha.pair.ModuleMessage;

/** The connection to the daemon of this host. */
public interface DaemonLink extends AutoCloseable {
    /** What the daemon says. Called by the link's own thread, in order. */
    interface Listener {
        /** A message arrived. */
        void onMessage(DaemonMessage message);

        /** The connection is lost; the link tries to get it back until it is closed. */
        void onLost(String reason);

        /** The daemon accepted this module again after a loss. */
        void onBack(DaemonMessage.Welcome welcome);
    }

    /**
     * Sends the message, or drops it if there is no connection. Waits at most as long as the daemon
     * does not read.
     */
    void send(ModuleMessage message);

    @Override
    void close();
}
