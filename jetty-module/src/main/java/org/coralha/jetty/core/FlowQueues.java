package org.coralha.jetty.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.coralha.pair.FlowKey;

/** Flows that wait for their other half, first come first served per key. Not thread-safe. */
final class FlowQueues {
    private final Map<FlowKey, ArrayDeque<StandbyFlow>> queues = new HashMap<>();
    private int count;

    void add(StandbyFlow flow) {
        queues.computeIfAbsent(flow.key(), k -> new ArrayDeque<>(1)).add(flow);
        count++;
    }

    /** The flow of that key that waits longest, taken out; null if there is none. */
    StandbyFlow take(FlowKey key) {
        ArrayDeque<StandbyFlow> queue = queues.get(key);
        if (queue == null) {
            return null;
        }
        StandbyFlow flow = queue.poll();
        count--;
        if (queue.isEmpty()) {
            queues.remove(key);
        }
        return flow;
    }

    /** Takes out all that match. */
    List<StandbyFlow> takeIf(Predicate<StandbyFlow> unwanted) {
        List<StandbyFlow> taken = new ArrayList<>();
        for (ArrayDeque<StandbyFlow> queue : queues.values()) {
            queue.removeIf(flow -> unwanted.test(flow) && taken.add(flow));
        }
        queues.values().removeIf(ArrayDeque::isEmpty);
        count -= taken.size();
        return taken;
    }

    List<StandbyFlow> all() {
        return queues.values().stream().flatMap(ArrayDeque::stream).toList();
    }

    int count() {
        return count;
    }
}
