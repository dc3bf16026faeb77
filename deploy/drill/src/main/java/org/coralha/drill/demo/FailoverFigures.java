package org.coralha.drill.demo;

import java.util.OptionalDouble;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.LabDaemon;

/**
 * What the survivor's daemon tells of its last failover.
 *
 * @param detectionToFirstByteMs from the decision that the peer is gone to the first byte handed to
 *     a client's socket; empty if no byte was owed or the daemon does not tell
 */
record FailoverFigures(OptionalDouble detectionToFirstByteMs) {
    static FailoverFigures of(String survivor) {
        return of(LabDaemon.status(survivor));
    }

    static FailoverFigures of(Json status) {
        long micros = status.get("lastFailover").get("detectionToFirstByteMicros").numberOr(-1);
        return new FailoverFigures(
                micros < 0 ? OptionalDouble.empty() : OptionalDouble.of(micros / 1000.0));
    }
}
