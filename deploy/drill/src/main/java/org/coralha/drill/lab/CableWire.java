package org.coralha.drill.lab;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.json.Json;

/**
 * The wire in one cable of the lab, {@code lab wire}: loses, duplicates, reorders, corrupts and
 * delays frames. Closing it takes it out. One controlling thread.
 */
public final class CableWire implements AutoCloseable {
    private final Lab lab;
    private final String cable;

    private CableWire(Lab lab, String cable) {
        this.lab = lab;
        this.cable = cable;
    }

    /**
     * What a wire has done so far.
     *
     * @param matched frames that a rule matched
     * @param lost frames lost
     * @param duplicated frames sent twice
     * @param reordered frames held back
     * @param corrupted frames with a flipped bit
     * @param accidents frames that the wire lost against the rules: no room, too long for a frame
     */
    public record Counters(
            long matched,
            long lost,
            long duplicated,
            long reordered,
            long corrupted,
            long accidents) {
        /** Reads the wire's answer; the counters of all rules are added up. */
        static Counters of(Json answer) {
            long accidents = answer.get("overflowed").number();
            for (String side : List.of("near", "far")) {
                accidents += answer.get(side).get("oversize").number();
                accidents += answer.get(side).get("missed").number();
            }
            return new Counters(
                    sum(answer, "matched"),
                    sum(answer, "lost"),
                    sum(answer, "duplicated"),
                    sum(answer, "reordered"),
                    sum(answer, "corrupted"),
                    accidents + sum(answer, "dropped"));
        }

        private static long sum(Json answer, String counter) {
            return answer.get("rules").elements().stream()
                    .mapToLong(rule -> rule.get(counter).number())
                    .sum();
        }
    }

    /**
     * Puts a wire in.
     *
     * @param cable {@code a}, {@code b} or {@code client}
     * @param seed fixes the wire's decisions
     * @param rules rules of {@code lab wire}
     */
    public static CableWire insert(Lab lab, String cable, long seed, List<String> rules) {
        List<String> words = new ArrayList<>(List.of("wire", cable, "--seed", "" + seed));
        words.addAll(rules);
        lab.verb(words.toArray(String[]::new));
        return new CableWire(lab, cable);
    }

    /** What it has done. */
    public Counters counters() {
        return Counters.of(Json.parse(lab.verb("wire", cable, "counters")));
    }

    @Override
    public void close() {
        lab.verb("wire", cable, "off");
    }
}
