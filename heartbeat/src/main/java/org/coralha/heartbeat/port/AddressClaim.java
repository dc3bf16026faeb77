package org.coralha.heartbeat.port;

/** Tells the network where the advertised address is. Works in the background. */
public interface AddressClaim {
    /**
     * Announces the address repeatedly.
     *
     * @param prove until an outside host answers a ping from it
     */
    void claim(boolean prove);

    /** Stops announcing. */
    void release();
}
