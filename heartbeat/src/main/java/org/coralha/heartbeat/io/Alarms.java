package org.coralha.heartbeat.io;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was refused and may be an attack: counted by kind and source, shown in the status, and told
 * in one line of the log per kind and source in ten seconds at most. Raising is cheap, writes
 * nothing and is allowed on any thread; the lines are written by the thread that calls {@link
 * #tell}.
 */
final class Alarms {
    private static final Logger LOG = LoggerFactory.getLogger("coral.alarm");
    private static final long TELL_EVERY_NS = TimeUnit.SECONDS.toNanos(10);

    /** Kinds and sources that are told apart; whoever is one too many is {@link #OTHERS}. */
    static final int SOURCES_MAX = 64;

    private static final String OTHERS = "other sources";

    private final ConcurrentHashMap<Key, Bell> bells = new ConcurrentHashMap<>();
    private final Consumer<String> lines;

    private record Key(String kind, String source) {}

    private static final class Bell {
        final LongAdder count = new LongAdder();
        volatile String what = "";
        volatile long lastNs;
        volatile Instant last = Instant.EPOCH;
        long told;
        long toldNs;
    }

    /** Lines go to the log. */
    Alarms() {
        this(LOG::warn);
    }

    /**
     * @param lines told each line
     */
    Alarms(Consumer<String> lines) {
        this.lines = lines;
    }

    /**
     * Counts one.
     *
     * @param kind constant of the code, such as {@code heartbeat.hmac}
     * @param source who sent it, as far as that is known
     * @param what one sentence of what was refused
     */
    void raise(String kind, String source, String what) {
        raise(kind, source, what, 1);
    }

    /** Counts several. */
    void raise(String kind, String source, String what, long number) {
        Key key = new Key(kind, source);
        Bell bell = bells.get(key);
        if (bell == null) {
            Key kept = bells.size() < SOURCES_MAX ? key : new Key(kind, OTHERS);
            bell = bells.computeIfAbsent(kept, unused -> new Bell());
        }
        bell.what = what;
        bell.lastNs = System.nanoTime();
        bell.last = Instant.now();
        bell.count.add(number);
    }

    /** Writes the lines that are due; called again and again, by one thread. */
    void tell(long nowNs) {
        bells.forEach(
                (key, bell) -> {
                    long count = bell.count.sum();
                    boolean due = bell.told == 0 || nowNs - bell.toldNs >= TELL_EVERY_NS;
                    if (count > bell.told && due) {
                        lines.accept(
                                String.format(
                                        "ALARM %s from %s: %s (%d more, %d in all)",
                                        key.kind, key.source, bell.what, count - bell.told, count));
                        bell.told = count;
                        bell.toldNs = nowNs;
                    }
                });
    }

    /** All of them, in the order of their kinds and sources. */
    JsonWriter json(long nowNs) {
        Map<String, JsonWriter> sorted = new TreeMap<>();
        bells.forEach(
                (key, bell) ->
                        sorted.put(
                                key.kind + " " + key.source,
                                new JsonWriter()
                                        .put("kind", key.kind)
                                        .put("source", key.source)
                                        .put("what", bell.what)
                                        .put("count", bell.count.sum())
                                        .put("last", bell.last.toString())
                                        .put(
                                                "ageMs",
                                                Math.max(0, nowNs - bell.lastNs) / 1_000_000)));
        JsonWriter all = new JsonWriter();
        sorted.forEach(all::put);
        return all;
    }
}
