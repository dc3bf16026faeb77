package org.coralha.jetty.core;

import org.coralha.pair.FlowKey;

/**
 * Name of one request, the same when the survivor executes it again.
 *
 * @param flow address and port of the client
 * @param incarnation which connection of that address and port
 * @param ordinal number of the request on its connection, from 0
 */
public record TransactionId(FlowKey flow, long incarnation, long ordinal) {
    /** Name of the request attribute that holds the text form. */
    public static final String ATTRIBUTE = "org.coralha.transactionId";

    /** {@code address:port/incarnation/ordinal}. */
    @Override
    public String toString() {
        return flow + "/" + incarnation + "/" + ordinal;
    }
}
