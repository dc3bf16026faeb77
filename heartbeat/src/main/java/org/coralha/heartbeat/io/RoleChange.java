package org.coralha.heartbeat.io;

import org.coralha.heartbeat.core.HostRole;

/**
 * What a change of the role cost.
 *
 * @param epoch epoch after the change
 * @param from role before
 * @param to role after
 * @param reason why
 * @param flows flows handed to the module, 0 if none
 * @param flipMicros from detection until the data plane was switched, -1 if it was not
 * @param releaseMicros from detection until the module was told, -1 if it was not
 * @param firstByteMicros from detection until the module handed the first owed byte to a socket, -1
 *     if none was owed, or the module has not answered yet
 * @param takenMicros from detection until the module's answer arrived, -1 if it has not
 * @param detectedNs time of the detection
 */
public record RoleChange(
        long epoch,
        HostRole from,
        HostRole to,
        String reason,
        int flows,
        long flipMicros,
        long releaseMicros,
        long firstByteMicros,
        long takenMicros,
        long detectedNs) {

    /** Completed by what the module measured itself, and the time at which it said so. */
    RoleChange taken(long moduleFirstByteMicros, long nowNs) {
        long firstByte = moduleFirstByteMicros < 0 ? -1 : releaseMicros + moduleFirstByteMicros;
        return new RoleChange(
                epoch,
                from,
                to,
                reason,
                flows,
                flipMicros,
                releaseMicros,
                firstByte,
                (nowNs - detectedNs) / 1000,
                detectedNs);
    }

    /** True if connections went on at a survivor, or a backup was given up. */
    boolean isFailover() {
        boolean duplexBefore =
                from == HostRole.BACKUP || from == HostRole.PRIMARY || from == HostRole.JOINING;
        return duplexBefore && to == HostRole.SIMPLEX;
    }

    @Override
    public String toString() {
        return "role "
                + from
                + " -> "
                + to
                + " epoch "
                + epoch
                + ": "
                + reason
                + micros(", flip", flipMicros)
                + micros(", release", releaseMicros)
                + (flows > 0 ? ", " + flows + " flows" : "");
    }

    private static String micros(String what, long value) {
        return value < 0 ? "" : what + " " + value + " us";
    }
}
