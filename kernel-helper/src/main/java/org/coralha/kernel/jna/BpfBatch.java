package org.coralha.kernel.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads a whole hash map with few system calls into memory that is allocated once. Not safe for
 * concurrent use.
 */
public final class BpfBatch implements AutoCloseable {
    private static final long VALUES_LOCKED = 4;
    private static final int OPTIONS_BYTES = 24;
    private static final int TOKEN_BYTES = 64;

    private final BpfMap map;
    private final int limit;
    private final Memory keys;
    private final Memory values;
    private final Memory count = new Memory(Integer.BYTES);
    private final Memory options = new Memory(OPTIONS_BYTES);
    private final Memory token = new Memory(TOKEN_BYTES);

    /** Sees each entry; the buffers are positioned at it and little or big endian as the host. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * @param keys buffer of keys
         * @param keyAt where the entry's key begins
         * @param values buffer of values
         * @param valueAt where the entry's value begins
         */
        void visit(ByteBuffer keys, int keyAt, ByteBuffer values, int valueAt);
    }

    /**
     * @param map a hash map
     * @param locked whether its values have a bpf_spin_lock, under which each is then read
     * @param limit entries per system call; must be more than any bucket of the map holds
     */
    public BpfBatch(BpfMap map, boolean locked, int limit) {
        this.map = map;
        this.limit = limit;
        keys = new Memory((long) map.keyBytes() * limit);
        values = new Memory((long) map.valueBytes() * limit);
        options.setLong(0, OPTIONS_BYTES);
        options.setLong(8, locked ? VALUES_LOCKED : 0);
        options.setLong(16, 0);
    }

    /** Shows every entry to the visitor. Entries that come or go meanwhile may be missed. */
    public void forEach(Visitor visitor) {
        ByteBuffer keyView = keys.getByteBuffer(0, keys.size()).order(ByteOrder.nativeOrder());
        ByteBuffer valueView =
                values.getByteBuffer(0, values.size()).order(ByteOrder.nativeOrder());
        Pointer from = null;
        boolean more = true;
        while (more) {
            count.setInt(0, limit);
            int result =
                    BpfNative.bpf_map_lookup_batch(
                            map.fd(), from, token, keys, values, count, options);
            more = result != -BpfError.ENOENT;
            if (more) {
                BpfError.check(result, "read eBPF map", map.name());
            }
            for (int i = 0; i < count.getInt(0); i++) {
                visitor.visit(keyView, i * map.keyBytes(), valueView, i * map.valueBytes());
            }
            from = token;
        }
    }

    @Override
    public void close() {
        keys.close();
        values.close();
        count.close();
        options.close();
        token.close();
    }
}
