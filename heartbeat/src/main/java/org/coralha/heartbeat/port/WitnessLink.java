package org.coralha.heartbeat.port;

import org.coralha.heartbeat.core.Action;

/** Speaks to the witness, in the background. */
@FunctionalInterface
public interface WitnessLink {
    /** Of a pair without a witness. */
    WitnessLink NONE = question -> {};

    /** Sends the question once; a proven answer is reported to the core. Never blocks. */
    void ask(Action.AskWitness question);
}
