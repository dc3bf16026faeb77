package org.coralha.heartbeat.port;

import java.io.IOException;

/** Remembers over crashes whether this host is the only one that may begin the next reign. */
public interface SoleStore {
    /** Of a pair without a witness. */
    SoleStore NONE =
            new SoleStore() {
                @Override
                public long epoch() {
                    return 0;
                }

                @Override
                public void keep(long epoch) {}
            };

    /** What was kept last, 0 if nothing. */
    long epoch();

    /**
     * Returns when it is on the disk.
     *
     * @param epoch the last in which this host served alone, 0 if others may serve
     * @throws IOException if it is not, naming file and remedy
     */
    void keep(long epoch) throws IOException;
}
