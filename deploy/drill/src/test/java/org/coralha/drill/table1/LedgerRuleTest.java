package org.coralha.drill.table1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.coralha.drill.lab.Ledger;
import org.junit.jupiter.api.Test;

class LedgerRuleTest {
    private static final Ledger.Entry AT_A = new Ledger.Entry("x-0", "c:1/0", "a");
    private static final Ledger.Entry AT_B = new Ledger.Entry("x-0", "c:1/0", "b");
    private static final LedgerRule ONCE = new LedgerRule(1, 1, "a", "b");
    private static final LedgerRule TWICE = new LedgerRule(1, 2, "a", "b");

    private static Map<String, List<Ledger.Entry>> lines(Ledger.Entry... entries) {
        return Map.of("x-0", List.of(entries));
    }

    @Test
    void acceptsWhatItSays() {
        assertEquals("", ONCE.broken(lines(AT_A)));
        assertEquals("", TWICE.broken(lines(AT_A, AT_B)));
    }

    @Test
    void refusesOneExecutionTooManyOrTooFew() {
        assertTrue(ONCE.broken(lines(AT_A, AT_B)).contains("not executed 1 times"));
        assertTrue(TWICE.broken(lines(AT_A)).contains("not executed 2 times"));
        assertEquals("0 calls are in the ledger, not 1", ONCE.broken(Map.of()));
    }

    @Test
    void refusesTheWrongHostAndTheWrongOrder() {
        assertTrue(ONCE.broken(lines(AT_B)).contains("not on a first"));
        assertTrue(TWICE.broken(lines(AT_B, AT_A)).contains("not on a first"));
        assertTrue(TWICE.broken(lines(AT_A, AT_A)).contains("not on a first"));
    }

    @Test
    void refusesAnotherTransactionAndNone() {
        Ledger.Entry other = new Ledger.Entry("x-0", "c:1/1", "b");
        assertTrue(TWICE.broken(lines(AT_A, other)).contains("not one transaction id"));
        Ledger.Entry none = new Ledger.Entry("x-0", "-", "a");
        assertTrue(ONCE.broken(lines(none)).contains("not one transaction id"));
    }
}
