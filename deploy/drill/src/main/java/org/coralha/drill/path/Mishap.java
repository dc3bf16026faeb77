package org.coralha.drill.path;

import java.util.function.ToLongFunction;
import org.coralha.drill.lab.CableWire;

/** What can happen to a packet. */
public enum Mishap {
    LOSE("lose=", "", CableWire.Counters::lost),
    DUPLICATE("duplicate=", "", CableWire.Counters::duplicated),
    REORDER("reorder=", "/4", CableWire.Counters::reordered),
    CORRUPT("corrupt=", "", CableWire.Counters::corrupted);

    private final String action;
    private final String suffix;
    private final ToLongFunction<CableWire.Counters> counter;

    Mishap(String action, String suffix, ToLongFunction<CableWire.Counters> counter) {
        this.action = action;
        this.suffix = suffix;
        this.counter = counter;
    }

    String action(int percent) {
        return action + percent + suffix;
    }

    /** How often it has happened. */
    long count(CableWire.Counters counters) {
        return counter.applyAsLong(counters);
    }

    /** Its name in case names. */
    public String word() {
        return Words.of(this);
    }
}
