package org.coralha.kernel.jna;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One eBPF map. Safe for concurrent use until its object is closed. */
public final class BpfMap {
    /** Updates whatever was there. */
    public static final long ANY = 0;

    /** Of a value with a bpf_spin_lock: under that lock. */
    private static final long LOCKED = 4;

    private final String name;
    private final int fd;
    private final int keyBytes;
    private final int valueBytes;

    BpfMap(String name, int fd, int keyBytes, int valueBytes) {
        this.name = name;
        this.fd = fd;
        this.keyBytes = keyBytes;
        this.valueBytes = valueBytes;
    }

    int fd() {
        return fd;
    }

    String name() {
        return name;
    }

    int keyBytes() {
        return keyBytes;
    }

    int valueBytes() {
        return valueBytes;
    }

    /** Writes one entry. */
    public void put(byte[] key, byte[] value) {
        requireSize(key, keyBytes);
        requireSize(value, valueBytes);
        int result = BpfNative.bpf_map_update_elem(fd, key, value, ANY);
        BpfError.check(result, "write to eBPF map", name);
    }

    /** Reads one entry. */
    public Optional<byte[]> get(byte[] key) {
        return get(key, 0);
    }

    /** Reads one entry, whose value has a bpf_spin_lock, under that lock. */
    public Optional<byte[]> getLocked(byte[] key) {
        return get(key, LOCKED);
    }

    private Optional<byte[]> get(byte[] key, long flags) {
        requireSize(key, keyBytes);
        byte[] value = new byte[valueBytes];
        int result = BpfNative.bpf_map_lookup_elem_flags(fd, key, value, flags);
        if (result == -BpfError.ENOENT) {
            return Optional.empty();
        }
        BpfError.check(result, "read eBPF map", name);
        return Optional.of(value);
    }

    /** Deletes one entry; false if there was none. */
    public boolean delete(byte[] key) {
        requireSize(key, keyBytes);
        int result = BpfNative.bpf_map_delete_elem(fd, key);
        if (result == -BpfError.ENOENT) {
            return false;
        }
        BpfError.check(result, "delete from eBPF map", name);
        return true;
    }

    /**
     * Every key, read one after the other while programs write: keys that come or go meanwhile may
     * be missed, and no more than {@code limit} are returned.
     */
    public List<byte[]> keys(int limit) {
        List<byte[]> keys = new ArrayList<>();
        byte[] last = null;
        while (keys.size() < limit) {
            byte[] next = new byte[keyBytes];
            int result = BpfNative.bpf_map_get_next_key(fd, last, next);
            if (result == -BpfError.ENOENT) {
                break;
            }
            BpfError.check(result, "walk eBPF map", name);
            keys.add(next);
            last = next;
        }
        return keys;
    }

    private static void requireSize(byte[] raw, int bytes) {
        if (raw.length != bytes) {
            throw new IllegalArgumentException(raw.length + " bytes, map takes " + bytes);
        }
    }

    /** Processors for which a per-processor map has a value. */
    public static int processors() {
        return BpfError.check(
                BpfNative.libbpf_num_possible_cpus(), "count", "the processors of this host");
    }
}
