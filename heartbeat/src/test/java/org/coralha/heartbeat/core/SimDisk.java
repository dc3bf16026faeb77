package org.coralha.heartbeat.core;

/** What a simulated host has on disk. */
record SimDisk(long epoch, long sole) {
    static SimDisk after(Action action, SimDisk disk, boolean fails) {
        if (action instanceof Action.PersistEpoch a) {
            return new SimDisk(Math.max(disk.epoch, a.epoch()), disk.sole);
        }
        if (action instanceof Action.EndSole) {
            return new SimDisk(disk.epoch, 0);
        }
        if (action instanceof Action.ReserveEpoch a && !fails) {
            return new SimDisk(Math.max(disk.epoch, a.epoch()), disk.sole);
        }
        return action instanceof Action.KeepSole a && !fails
                ? new SimDisk(disk.epoch, a.epoch())
                : disk;
    }
}
