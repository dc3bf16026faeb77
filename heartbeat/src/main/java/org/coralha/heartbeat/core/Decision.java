package org.coralha.heartbeat.core;

import java.util.List;

/**
 * Answer of {@link RoleCore} to one input.
 *
 * @param role the role after the input
 * @param actions what to do, in this order
 * @param reason why, as one line for the log; empty if there is nothing to say
 */
public record Decision(HostRole role, List<Action> actions, String reason) {
    /** Copies the list. */
    public Decision {
        actions = List.copyOf(actions);
    }

    /** An order that is not carried out. */
    static Decision refused(HostRole role, String why) {
        return new Decision(role, List.of(), why);
    }

    static Decision stay(HostRole role, Action... actions) {
        return new Decision(role, List.of(actions), "");
    }
}
