package org.coralha.heartbeat.port;

/** Ends processes of the service. */
public interface Processes {
    /**
     * Ends the process if it still is a Jetty that was attached; else does nothing.
     *
     * @param force SIGKILL instead of SIGTERM
     */
    void end(long processId, boolean force);
}
