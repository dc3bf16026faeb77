package org.coralha.heartbeat.port;

import org.coralha.pair.DaemonMessage;

/** The attached Jetty module. */
public interface ModuleLink {
    /** Sends without waiting; lost if no module is attached, or its queue is full. */
    void takeRole(DaemonMessage.TakeRole message);
}
