package org.coralha.pair;

import java.util.List;

/** What the daemon says to the Jetty module of its host. Encoded by {@link MessageCodec}. */
public sealed interface DaemonMessage {
    /**
     * Answer to a Hello that was accepted.
     *
     * @param self which host of the pair this is
     * @param epoch highest epoch known
     */
    record Welcome(HostId self, long epoch) implements DaemonMessage {}

    /** Answer to a Hello that was not accepted; the daemon closes the connection after it. */
    record Refused(String reason) implements DaemonMessage {}

    /**
     * Take this role now and answer {@link ModuleMessage.RoleTaken}.
     *
     * @param epoch epoch in which the role holds
     * @param role the new role
     * @param reason one line for the log
     * @param flows for SIMPLEX after BACKUP the flows of the data plane at the flip, else empty
     */
    record TakeRole(long epoch, ServiceRole role, String reason, List<FlowSnapshot> flows)
            implements DaemonMessage {
        /** Copies the list. */
        public TakeRole {
            flows = List.copyOf(flows);
        }
    }

    /** Answer to {@link ModuleMessage.QueryFlows}. */
    record Flows(long requestId, List<FlowSnapshot> flows) implements DaemonMessage {
        /** Copies the list. */
        public Flows {
            flows = List.copyOf(flows);
        }
    }
}
