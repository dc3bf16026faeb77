package org.coralha.heartbeat.vote;

import org.coralha.pair.HostId;

/**
 * What a host says to the witness.
 *
 * @param host who asks
 * @param life the life of the witness that the host knows, 0 if none
 * @param standing what the host is in {@code epoch}
 * @param epoch the last epoch in which the host took part
 * @param wanted the epoch that the host wants to begin alone, greater than {@code epoch}; 0 for a
 *     report, which asks for nothing
 */
public record WitnessRequest(HostId host, long life, Standing standing, long epoch, long wanted) {
    /** True if this only says what the host is. */
    public boolean isReport() {
        return wanted == 0;
    }
}
