package org.coralha.pair;

/**
 * What the data plane of this host knows about a flow that it replicates.
 *
 * @param key the flow
 * @param clientAckedBytes outstream bytes that the client has acknowledged, counted from 0 after
 *     the handshake and over 64 bits; an acknowledged FIN counts as one more byte
 */
public record FlowSnapshot(FlowKey key, long clientAckedBytes) {
    /** Encoded size in bytes. */
    public static final int WIRE_BYTES = FlowKey.WIRE_BYTES + Long.BYTES;

    /** Refuses a negative offset. */
    public FlowSnapshot {
        if (key == null || clientAckedBytes < 0) {
            throw new IllegalArgumentException("flow " + key + " acked " + clientAckedBytes);
        }
    }
}
