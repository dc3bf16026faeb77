package org.coralha.drill.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connection x has the calls that a case lists as "NUMBER HOST TRANSACTION", one per line. */
class CallRuleTest {
    private static final CallRule TAKEN_OVER = new CallRule("a", "b");
    private static final CallRule KEPT = new CallRule("a", "a");

    private static Map<String, List<Ledger.Entry>> ledger(String lines) {
        Map<String, List<Ledger.Entry>> entries = new TreeMap<>();
        for (String line : lines.split(",", -1)) {
            String[] words = line.strip().split(" ", -1);
            String id = "drill-7-x-" + words[0];
            entries.computeIfAbsent(id, unused -> new ArrayList<>())
                    .add(new Ledger.Entry(id, words[2], words[1]));
        }
        return entries;
    }

    private static String broken(CallRule rule, String lines) {
        Map<String, List<Ledger.Entry>> entries = ledger(lines);
        return rule.broken(entries, entries.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 a t0, 1 a t1, 1 b t1, 2 b t2",
                "0 a t0, 1 a t1, 2 b t2",
                "0 a t0, 0 b t0",
                "0 a t0, 1 a t1",
                "0 b -, 1 b -",
            })
    void oneCallMayBeExecutedByBoth(String lines) {
        assertEquals("", broken(TAKEN_OVER, lines));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 a t0, 0 a t0, 1 a t1 | often",
                "0 a t0, 0 b t0, 1 a t1 | often",
                "0 a t0, 0 b t0, 1 a t1, 1 b t1 | often",
                "0 a t0, 1 b t1, 1 b t1 | often",
                "0 b t0, 0 a t0 | often",
                "0 a t0, 0 b t0, 0 b t0 | often",
                "0 a t0, 1 b t1, 2 a t2 | often",
                "0 c t0 | often",
                "0 a t0, 0 b t9 | one transaction",
                "0 a -, 0 b - | one transaction",
                "0 a t0, 1 a t0 | another call",
                "0 a t0, 2 a t2 | missing",
            })
    void anythingElseIsSeen(String lines, String why) {
        String broken = broken(TAKEN_OVER, lines);
        assertTrue(broken.contains(why), "'" + broken + "'");
    }

    @Test
    void theHostThatStayedExecutesNothingTwice() {
        assertEquals("", broken(KEPT, "0 a t0, 1 a t1"));
        assertTrue(broken(KEPT, "0 a t0, 0 a t0").contains("often"));
        assertTrue(broken(KEPT, "0 a t0, 1 b t1").contains("often"));
    }

    @Test
    void eachAnswerHasItsCallInTheLedger() {
        assertEquals("", TAKEN_OVER.broken(ledger("0 a t0"), 1));
        assertTrue(TAKEN_OVER.broken(ledger("0 a t0"), 2).contains("1 are in the ledger"));
        assertTrue(TAKEN_OVER.broken(ledger("0 a t0"), 0).contains("0 calls were answered"));
    }

    @Test
    void connectionsAreJudgedApart() {
        Map<String, List<Ledger.Entry>> entries = ledger("0 a t0, 0 b t0, 1 b t1");
        entries.put("drill-7-y-0", List.of(new Ledger.Entry("drill-7-y-0", "u0", "a")));
        assertEquals("", TAKEN_OVER.broken(entries, 3));
    }
}
