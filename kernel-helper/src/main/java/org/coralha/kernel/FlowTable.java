package org.coralha.kernel;

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
    /** Flows per system call: 0.5 MB of memory, and far more than any bucket holds. */
    private static final int BATCH_FLOWS = 4096;

    /** All that the map of handshakes can hold, as {@code maps.h} says. */
    private static final int EMBRYOS_LIMIT = 32768;

    /** Entries that are deleted while others wait: about a millisecond. */
    private static final int SWEEP_CHUNK = 256;

    private final BpfMap embryos;
    private final BpfBatch flowBatch;
    private final BpfBatch localBatch;
    private final BpfBatch guardedBatch;
    private final List<ClosedEntries> closable;
    private boolean closed;

    FlowTable(BpfObject programs) {
        BpfMap flows = programs.map("flows", PinLayout.FLOW_KEY_BYTES, PinLayout.FLOW_BYTES);
        BpfMap locals = programs.map("locals", PinLayout.FLOW_KEY_BYTES, PinLayout.LOCAL_BYTES);
        BpfMap guarded = programs.map("guarded", PinLayout.FLOW_KEY_BYTES, PinLayout.GUARD_BYTES);
        embryos = programs.map("embryos", PinLayout.FLOW_KEY_BYTES, PinLayout.EMBRYO_BYTES);
        flowBatch = new BpfBatch(flows, true, BATCH_FLOWS);
        localBatch = new BpfBatch(locals, false, BATCH_FLOWS);
        guardedBatch = new BpfBatch(guarded, true, BATCH_FLOWS);
        closable =
                List.of(
                        new ClosedEntries(flows, flowBatch, PinLayout.FLOW_CLOSED, true),
                        new ClosedEntries(locals, localBatch, PinLayout.LOCAL_CLOSED, false),
                        new ClosedEntries(guarded, guardedBatch, PinLayout.GUARD_CLOSED, true));
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
        // The port is in network order whatever the order of the host.
        int high = keys.get(at + PinLayout.FLOW_KEY_PORT) & 0xff;
        int low = keys.get(at + PinLayout.FLOW_KEY_PORT + 1) & 0xff;
        return new FlowKey(
                MappedAddress.read(keys, at + PinLayout.FLOW_KEY_CLIENT), high << 8 | low);
    }

    /** Deletes every entry of every kind. */
    synchronized void clear() {
        closable.forEach(ClosedEntries::deleteAll);
        embryos.keys(EMBRYOS_LIMIT).forEach(embryos::delete);
    }

    /**
     * Deletes what was closed before that moment of the monotonic clock; returns how many. Others
     * wait for some of it, never for all: a promotion may be due.
     */
    int sweep(long closedBeforeNs) {
        int deleted = 0;
        for (ClosedEntries entries : closable) {
            List<byte[]> old = closedBefore(entries, closedBeforeNs);
            for (int from = 0; from < old.size(); from += SWEEP_CHUNK) {
                int to = Math.min(from + SWEEP_CHUNK, old.size());
                deleted += deleteBefore(entries, old.subList(from, to), closedBeforeNs);
            }
        }
        return deleted;
    }

    private synchronized List<byte[]> closedBefore(ClosedEntries entries, long ns) {
        return closed ? List.of() : entries.before(ns);
    }

    private synchronized int deleteBefore(ClosedEntries entries, List<byte[]> keys, long ns) {
        return closed ? 0 : entries.deleteBefore(keys, ns);
    }

    @Override
    public synchronized void close() {
        closed = true;
        flowBatch.close();
        localBatch.close();
        guardedBatch.close();
    }
}
