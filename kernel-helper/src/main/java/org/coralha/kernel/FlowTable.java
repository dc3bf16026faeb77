package org.coralha.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.coralha.kernel.jna.BpfBatch;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;

/**
 * The maps of flows, read in few system calls. All methods are synchronized: the memory that they
 * read into is allocated once.
 */
final class FlowTable implements AutoCloseable {
    /** Flows per system call: 0.4 MB of memory, and far more than any bucket holds. */
    private static final int BATCH_FLOWS = 4096;

    /** All that the map of handshakes can hold, as {@code maps.h} says. */
    private static final int EMBRYOS_LIMIT = 32768;

    private final BpfMap flows;
    private final BpfMap locals;
    private final BpfMap guarded;
    private final BpfMap embryos;
    private final BpfBatch flowBatch;
    private final BpfBatch localBatch;
    private final BpfBatch guardedBatch;

    FlowTable(BpfObject programs) {
        flows = programs.map("flows", PinLayout.FLOW_KEY_BYTES, PinLayout.FLOW_BYTES);
        locals = programs.map("locals", PinLayout.FLOW_KEY_BYTES, PinLayout.LOCAL_BYTES);
        guarded = programs.map("guarded", PinLayout.FLOW_KEY_BYTES, PinLayout.GUARD_BYTES);
        embryos = programs.map("embryos", PinLayout.FLOW_KEY_BYTES, PinLayout.EMBRYO_BYTES);
        flowBatch = new BpfBatch(flows, true, BATCH_FLOWS);
        localBatch = new BpfBatch(locals, false, BATCH_FLOWS);
        guardedBatch = new BpfBatch(guarded, true, BATCH_FLOWS);
    }

    /** Every replicated or promoted flow, each read under its lock. */
    synchronized List<FlowSnapshot> snapshots() {
        List<FlowSnapshot> found = new ArrayList<>();
        flowBatch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    if (values.getInt(valueAt + PinLayout.FLOW_STATE)
                            != PinLayout.FLOW_STATE_OVER) {
                        found.add(
                                new FlowSnapshot(
                                        client(keys, keyAt),
                                        values.getLong(valueAt + PinLayout.FLOW_ACKED)));
                    }
                });
        return found;
    }

    /**
     * Every connection that lives on this host alone and is not over, if the host serves: a flow
     * that was replicated here is its own then, also before its first packet says so.
     */
    synchronized List<FlowKey> unreplicated() {
        List<FlowKey> found = new ArrayList<>();
        localBatch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    int flags = values.getInt(valueAt + PinLayout.LOCAL_FLAGS);
                    boolean closed = values.getLong(valueAt + PinLayout.LOCAL_CLOSED) != 0;
                    if (!closed && (flags & PinLayout.FLAG_OWN_FIN) == 0) {
                        found.add(client(keys, keyAt));
                    }
                });
        flowBatch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    int state = values.getInt(valueAt + PinLayout.FLOW_STATE);
                    boolean closed = values.getLong(valueAt + PinLayout.FLOW_CLOSED) != 0;
                    int flags = values.getInt(valueAt + PinLayout.FLOW_FLAGS);
                    if (state != PinLayout.FLOW_STATE_OVER && !closed && !isEnding(flags)) {
                        found.add(client(keys, keyAt));
                    }
                });
        return found;
    }

    /**
     * What a primary has not told its clients, because its peer had not taken it yet.
     *
     * @param limit that many at most
     */
    synchronized List<OwedAcknowledgement> owed(int limit) {
        List<OwedAcknowledgement> found = new ArrayList<>();
        guardedBatch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    OwedAcknowledgement one =
                            OwedAcknowledgement.read(keys, keyAt, values, valueAt);
                    if (found.size() < limit && one.isOwed()) {
                        found.add(one);
                    }
                });
        return found;
    }

    /** The peer may have sent the server's end before: then the client's side is the last word. */
    private static boolean isEnding(int flags) {
        return (flags & (PinLayout.FLAG_OWN_FIN | PinLayout.FLAG_CLIENT_FIN)) != 0;
    }

    private static FlowKey client(ByteBuffer keys, int at) {
        byte[] address = new byte[4];
        keys.get(at + PinLayout.FLOW_KEY_CLIENT, address);
        // The port is in network order whatever the order of the host.
        int high = keys.get(at + PinLayout.FLOW_KEY_PORT) & 0xff;
        int low = keys.get(at + PinLayout.FLOW_KEY_PORT + 1) & 0xff;
        try {
            return new FlowKey(InetAddress.getByAddress(address), high << 8 | low);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** Deletes every entry of every kind. */
    synchronized void clear() {
        deleteOlder(flowBatch, flows, PinLayout.FLOW_CLOSED, Long.MAX_VALUE);
        deleteOlder(localBatch, locals, PinLayout.LOCAL_CLOSED, Long.MAX_VALUE);
        deleteOlder(guardedBatch, guarded, PinLayout.GUARD_CLOSED, Long.MAX_VALUE);
        embryos.keys(EMBRYOS_LIMIT).forEach(embryos::delete);
    }

    /** Deletes what was closed before that moment of the monotonic clock; returns how many. */
    synchronized int sweep(long closedBeforeNs) {
        return deleteOlder(flowBatch, flows, PinLayout.FLOW_CLOSED, closedBeforeNs)
                + deleteOlder(localBatch, locals, PinLayout.LOCAL_CLOSED, closedBeforeNs)
                + deleteOlder(guardedBatch, guarded, PinLayout.GUARD_CLOSED, closedBeforeNs);
    }

    private static int deleteOlder(BpfBatch batch, BpfMap map, int closedAt, long beforeNs) {
        boolean all = beforeNs == Long.MAX_VALUE;
        List<byte[]> old = new ArrayList<>();
        batch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    long closedNs = values.getLong(valueAt + closedAt);
                    if (all || (closedNs != 0 && closedNs - beforeNs < 0)) {
                        byte[] key = new byte[PinLayout.FLOW_KEY_BYTES];
                        keys.get(keyAt, key);
                        old.add(key);
                    }
                });
        old.forEach(map::delete);
        return old.size();
    }

    @Override
    public synchronized void close() {
        flowBatch.close();
        localBatch.close();
        guardedBatch.close();
    }
}
