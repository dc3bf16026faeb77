package org.coralha.heartbeat.io;

/**
 * One life of a process: its number alone may be used again.
 *
 * @param processId the number
 * @param startedAt start time in clock ticks since boot, -1 if the process was not there
 */
record ProcessLife(long processId, long startedAt) {
    /** No process. */
    static final ProcessLife NONE = new ProcessLife(0, -1);
}
