package org.coralha.heartbeat.io;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Named counters of the daemon, by reason. Safe from any thread. */
public final class Counters {
    private final ConcurrentHashMap<String, LongAdder> values = new ConcurrentHashMap<>();

    /** Adds one. The names are constants of the code, so their number is limited. */
    public void count(String name) {
        add(name, 1);
    }

    /** Adds a number. */
    void add(String name, long number) {
        values.computeIfAbsent(name, unused -> new LongAdder()).add(number);
    }

    /** The value, 0 if it was never counted. */
    public long get(String name) {
        LongAdder value = values.get(name);
        return value == null ? 0 : value.sum();
    }

    /** A sorted copy. */
    public Map<String, Long> snapshot() {
        Map<String, Long> copy = new TreeMap<>();
        values.forEach((name, value) -> copy.put(name, value.sum()));
        return copy;
    }
}
