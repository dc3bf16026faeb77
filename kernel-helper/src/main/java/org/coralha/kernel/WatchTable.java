package org.coralha.kernel;

import java.util.List;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;

/** The processes whose end fences the service. */
final class WatchTable {
    private static final int WATCHES_LIMIT = 64;

    private final BpfMap map;
    private final byte[] service;

    WatchTable(BpfObject programs, byte[] service) {
        map = programs.map("watches", Integer.BYTES, PinLayout.WATCH_BYTES);
        this.service = service.clone();
    }

    void add(long processId) {
        map.put(key(processId), service);
    }

    boolean remove(long processId) {
        return map.delete(key(processId));
    }

    List<Long> all() {
        return map.keys(WATCHES_LIMIT).stream().map(key -> (long) Words.toInt(key)).toList();
    }

    private static byte[] key(long processId) {
        return Words.ofInt(Math.toIntExact(processId));
    }
}
