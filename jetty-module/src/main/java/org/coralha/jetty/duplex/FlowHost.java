package org.coralha.jetty.duplex;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.coralha.jetty.core.StandbyFlow;
import org.coralha.pair.FlowKey;

/** The connections of this host, as the roles need them. */
public interface FlowHost {
    /**
     * What a promotion did.
     *
     * @param flows connections carried over
     * @param firstByteNanos {@link System#nanoTime} when the first logged byte was handed to a
     *     socket, 0 if none was owed
     */
    record Promoted(int flows, long firstByteNanos) {}

    /**
     * Turns standby connections into ordinary ones and returns when all are.
     *
     * @param acked outstream bytes acknowledged by the client, by flow
     */
    Promoted promote(List<StandbyFlow> flows, Map<FlowKey, Long> acked);

    /** Lets every held byte go: this host serves alone from now on. */
    void releaseHeld();

    /** Ends these connections soon, after a reply: the peer does not replicate them. */
    void endSoon(Set<FlowKey> flows);

    /** Closes the sockets without a word to their clients. */
    void closeStandby(List<StandbyFlow> flows);

    /** Closes every connection that executes requests: the service is cut off already. */
    void closeAll();

    /**
     * True if Jetty can work, not only this thread: the pulse stands for it. Called by one thread,
     * every few milliseconds while the answer is no.
     */
    boolean lives();

    /** Reply bytes held or on their way into sockets. */
    long heldBytes();
}
