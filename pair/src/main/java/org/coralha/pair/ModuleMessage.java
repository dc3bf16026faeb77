package org.coralha.pair;

/**
 * What the Jetty module says to the daemon of its host, over the daemon's Unix-domain socket.
 * Encoded by {@link MessageCodec}.
 */
public sealed interface ModuleMessage {
    /**
     * First message of a connection; the daemon answers {@link DaemonMessage.Welcome} or {@link
     * DaemonMessage.Refused}.
     *
     * @param protocolVersion {@link MessageCodec#PROTOCOL_VERSION}
     * @param processId the Jetty process, which the daemon watches from now on
     * @param configDigest SHA-256 of the pair configuration that the module has read, 32 bytes
     * @param moduleVersion version of the module, for the log
     */
    record Hello(int protocolVersion, long processId, byte[] configDigest, String moduleVersion)
            implements ModuleMessage {}

    /** The connectors are open and the module can take any role. */
    record Ready() implements ModuleMessage {}

    /** The reply log reached, or lost, an authenticated module at the peer host. */
    record LogLink(boolean up) implements ModuleMessage {}

    /**
     * Sign of life, every {@code jetty.pulse.ms}.
     *
     * @param heldBytes reply bytes not yet acknowledged by the backup
     * @param oldestUnackedMs age of the oldest record without acknowledgement, 0 if there is none
     * @param logGarbage frames and connections refused on the reply log's port since Jetty started
     */
    record Pulse(long heldBytes, long oldestUnackedMs, long logGarbage) implements ModuleMessage {}

    /** The backup has not acknowledged for {@code log.ack.limit.ms}: the daemon has to decide. */
    record LogStalled(long oldestUnackedMs) implements ModuleMessage {}

    /**
     * The role of a {@link DaemonMessage.TakeRole} is in force in the module.
     *
     * @param epoch epoch of the TakeRole
     * @param role role of the TakeRole
     * @param flows connections carried over (promotion), else 0
     * @param firstByteMicros time from receiving the TakeRole to the first outstream byte handed to
     *     a socket, in microseconds; -1 if none was owed
     */
    record RoleTaken(long epoch, ServiceRole role, int flows, long firstByteMicros)
            implements ModuleMessage {}

    /** Asks for {@link DaemonMessage.Flows} with the same number. */
    record QueryFlows(long requestId) implements ModuleMessage {}

    /**
     * Jetty was told to stop: what follows is not a crash, but the service must move away first.
     */
    record Stopping(String reason) implements ModuleMessage {}
}
