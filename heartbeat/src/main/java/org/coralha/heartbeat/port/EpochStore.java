package org.coralha.heartbeat.port;

import java.io.IOException;

/** Remembers over crashes which epochs were claimed. */
public interface EpochStore {
    /** The highest epoch that may have been claimed; 0 if there never was one. */
    long highest();

    /**
     * Returns when the epoch, or a higher one, is on the disk; at once if it already is.
     *
     * @throws IOException if it is not, naming file and remedy
     */
    void ensure(long epoch) throws IOException;
}
