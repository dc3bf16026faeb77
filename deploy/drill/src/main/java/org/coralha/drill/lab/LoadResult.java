package org.coralha.drill.lab;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.coralha.drill.client.Kind;
import org.coralha.drill.json.Json;

/** What the checking clients report, summed up. Times in milliseconds unless named otherwise. */
public record LoadResult(List<Json> connections) {
    private static final int KEPT_PROBLEMS = 10;

    /** Copies the list. */
    public LoadResult {
        connections = List.copyOf(connections);
    }

    private long sum(String member) {
        return connections.stream().mapToLong(c -> c.get(member).number()).sum();
    }

    private long max(String member) {
        return connections.stream().mapToLong(c -> c.get(member).number()).max().orElse(0);
    }

    /** Whole and right replies. */
    public long replies() {
        return sum("replies");
    }

    /** Whole and right replies on connections of this kind. */
    public long replies(Kind kind) {
        return connections.stream()
                .filter(c -> c.get("kind").text().equals(kind.word()))
                .mapToLong(c -> c.get("replies").number())
                .sum();
    }

    /** Requests without a right answer for another reason than those below. */
    public long failed() {
        return sum("failed");
    }

    /** Replies with a wrong byte, length or order. */
    public long corrupted() {
        return sum("corrupted");
    }

    /** Connections that the service reset or ended early. */
    public long reset() {
        return sum("reset");
    }

    /** Connections whose end a reply has announced unasked. */
    public long ended() {
        return sum("ended");
    }

    /** Client ports of all connections. */
    public Set<Integer> ports() {
        return numbers("ports");
    }

    /** The longest wait that ended after the fault. */
    public double faultPauseMs() {
        return max("faultPauseMicros") / 1000.0;
    }

    /**
     * For each kind of connection the slot with the longest wait that ended after the fault: how
     * long, when it ended, on which client port.
     */
    public List<String> longestPauses() {
        Map<String, Json> longest = new TreeMap<>();
        for (Json connection : connections) {
            longest.merge(
                    connection.get("kind").text(),
                    connection,
                    (one, other) -> pauseMicros(other) > pauseMicros(one) ? other : one);
        }
        return longest.values().stream()
                .sorted(Comparator.comparingLong(LoadResult::pauseMicros).reversed())
                .map(LoadResult::pause)
                .toList();
    }

    private static long pauseMicros(Json connection) {
        return connection.get("faultPauseMicros").number();
    }

    private static String pause(Json connection) {
        return String.format(
                Locale.ROOT,
                "%s %d ms (until %d ms after the fault, port %d)",
                connection.get("kind").text(),
                pauseMicros(connection) / 1000,
                connection.get("faultPauseEndMicros").number() / 1000,
                connection.get("faultPausePort").number());
    }

    /** Time from the fault's mark to the first byte that any connection received. */
    public double firstByteAfterFaultMs() {
        return connections.stream()
                        .mapToLong(c -> c.get("firstByteAfterFaultMicros").number())
                        .filter(micros -> micros >= 0)
                        .min()
                        .orElse(-1)
                / 1000.0;
    }

    /** True if nothing failed, was corrupted or reset. */
    public boolean clean() {
        return failed() == 0 && corrupted() == 0 && reset() == 0;
    }

    /** Client ports on which the application announced its end. */
    public Set<Integer> closingPorts() {
        return numbers("serverClosedPorts");
    }

    private Set<Integer> numbers(String member) {
        Set<Integer> ports = new HashSet<>();
        for (Json connection : connections) {
            connection.get(member).elements().forEach(port -> ports.add((int) port.number()));
        }
        return ports;
    }

    /** The first problems in words. */
    public List<String> problems() {
        return connections.stream()
                .map(c -> c.get("problem").text())
                .filter(text -> !text.isEmpty())
                .limit(KEPT_PROBLEMS)
                .toList();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d connections, %d replies, %d failed, %d corrupted, %d reset, longest pause"
                        + " %.1f ms%s",
                connections.size(),
                replies(),
                failed(),
                corrupted(),
                reset(),
                faultPauseMs(),
                problems().isEmpty() ? "" : "\n  " + String.join("\n  ", problems()));
    }
}
