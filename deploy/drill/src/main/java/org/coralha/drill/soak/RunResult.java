package org.coralha.drill.soak;

import java.util.LinkedHashMap;
import java.util.Map;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.Drill;

/**
 * What one repetition of a case has seen.
 *
 * @param variant what differs between repetitions, for example the kind of fault
 * @param replies whole and right replies
 * @param failed requests without a right answer
 * @param corrupted replies with wrong bytes
 * @param reset connections that the service reset or ended early
 * @param wireViolations rules broken in the captures at the client and at the switch
 * @param longestPauseMs longest wait of a client that ended after the fault, -1 if there was none
 *     to be measured
 * @param problem what else is wrong, empty if nothing is
 */
public record RunResult(
        String variant,
        long replies,
        long failed,
        long corrupted,
        long reset,
        long wireViolations,
        double longestPauseMs,
        String problem) {

    /** What clients and captures of a drill saw. */
    public static RunResult of(String variant, Drill.Outcome outcome) {
        return new RunResult(
                variant,
                outcome.load().replies(),
                outcome.load().failed(),
                outcome.load().corrupted(),
                outcome.load().reset(),
                outcome.wire().violations(),
                outcome.load().faultPauseMs(),
                outcome.clean() ? "" : outcome.toString());
    }

    /** A repetition that did not come to its end. */
    public static RunResult broken(String variant, String problem) {
        return new RunResult(variant, 0, 0, 0, 0, 0, -1, problem);
    }

    /** The same with one more problem; an empty one changes nothing. */
    public RunResult and(String more) {
        if (more.isEmpty()) {
            return this;
        }
        String all = problem.isEmpty() ? more : problem + "; " + more;
        return new RunResult(
                variant, replies, failed, corrupted, reset, wireViolations, longestPauseMs, all);
    }

    /** The same if clients waited before the fault already, so that no pause can be told. */
    public RunResult withoutPause() {
        return new RunResult(
                variant, replies, failed, corrupted, reset, wireViolations, -1, problem);
    }

    /** True if nothing at all is wrong and something was replied. */
    public boolean passed() {
        return problem.isEmpty()
                && failed == 0
                && corrupted == 0
                && reset == 0
                && wireViolations == 0
                && replies > 0;
    }

    /** The journal's form: what is nothing is left out. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("variant", variant);
        count(map, "replies", replies);
        count(map, "failed", failed);
        count(map, "corrupted", corrupted);
        count(map, "reset", reset);
        count(map, "wireViolations", wireViolations);
        if (longestPauseMs >= 0) {
            map.put("pauseMicros", Math.round(longestPauseMs * 1000));
        }
        if (!problem.isEmpty()) {
            map.put("problem", problem);
        }
        return map;
    }

    private static void count(Map<String, Object> into, String name, long value) {
        if (value != 0) {
            into.put(name, value);
        }
    }

    static RunResult from(Json json) {
        Json problem = json.get("problem");
        return new RunResult(
                json.get("variant").text(),
                json.get("replies").numberOr(0),
                json.get("failed").numberOr(0),
                json.get("corrupted").numberOr(0),
                json.get("reset").numberOr(0),
                json.get("wireViolations").numberOr(0),
                json.get("pauseMicros").numberOr(-1000) / 1000.0,
                problem.isPresent() ? problem.text() : "");
    }
}
