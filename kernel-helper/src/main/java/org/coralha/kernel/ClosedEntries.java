package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.coralha.kernel.jna.BpfBatch;
import org.coralha.kernel.jna.BpfMap;

/**
 * The entries of one map of flows by the moment at which they were closed. Not safe for concurrent
 * use.
 */
final class ClosedEntries {
    private final BpfMap map;
    private final BpfBatch batch;
    private final int closedAt;
    private final boolean locked;

    /**
     * @param batch of the same map
     * @param closedAt where the value holds the moment, 0 if it is not closed
     * @param locked whether values have a bpf_spin_lock
     */
    ClosedEntries(BpfMap map, BpfBatch batch, int closedAt, boolean locked) {
        this.map = map;
        this.batch = batch;
        this.closedAt = closedAt;
        this.locked = locked;
    }

    /** Keys of what was closed before that moment. */
    List<byte[]> before(long ns) {
        return keys((values, at) -> isBefore(values, at, ns));
    }

    private interface Choice {
        boolean takes(ByteBuffer values, int at);
    }

    private List<byte[]> keys(Choice choice) {
        List<byte[]> found = new ArrayList<>();
        batch.forEach(
                (keys, keyAt, values, valueAt) -> {
                    if (choice.takes(values, valueAt)) {
                        byte[] key = new byte[PinLayout.FLOW_KEY_BYTES];
                        keys.get(keyAt, key);
                        found.add(key);
                    }
                });
        return found;
    }

    private boolean isBefore(ByteBuffer values, int at, long ns) {
        long closedNs = values.getLong(at + closedAt);
        return closedNs != 0 && closedNs - ns < 0;
    }

    /**
     * Deletes those that are still closed since before that moment: the client's port may have come
     * back to life since the keys were read. Returns how many.
     */
    int deleteBefore(List<byte[]> keys, long ns) {
        int deleted = 0;
        for (byte[] key : keys) {
            boolean still =
                    (locked ? map.getLocked(key) : map.get(key))
                            .map(raw -> ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()))
                            .filter(value -> isBefore(value, 0, ns))
                            .isPresent();
            if (still && map.delete(key)) {
                deleted++;
            }
        }
        return deleted;
    }

    /** Deletes every entry, closed or not. */
    void deleteAll() {
        keys((values, at) -> true).forEach(map::delete);
    }
}
