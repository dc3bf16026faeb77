package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyShareTest {
    private static final String METHOD = "[engine:junit-jupiter]/[class:X]/[test-template:y(Z)]";
    private static final FamilyShare FOUR = new FamilyShare(false, true);
    private static final FamilyShare SIX = new FamilyShare(true, true);

    private static String numbered(int number) {
        return METHOD + "/[test-template-invocation:#" + number + "]";
    }

    @Test
    void twoRunsTakeEachCaseOnceAndTwoCasesMeetBothFamilies() {
        for (int number = 1; number <= 40; number++) {
            String id = numbered(number);
            assertNotEquals(FOUR.takes(id, false), SIX.takes(id, false), id);
            assertNotEquals(FOUR.takes(id, false), FOUR.takes(numbered(number + 1), false), id);
        }
        for (int runs = 1; runs < 20; runs++) {
            assertEquals(runs, FOUR.of(runs) + SIX.of(runs));
        }
    }

    @Test
    void bothTakeATestOfOneCaseUnlessItIsTheSameForBoth() {
        String one = "[engine:junit-jupiter]/[class:X]/[method:y(Z)]";
        assertTrue(FOUR.takes(one, false) && SIX.takes(one, false));
        assertTrue(FOUR.takes(METHOD, false) && SIX.takes(METHOD, false), "its cases are judged");
        assertTrue(FOUR.takes(one, true));
        assertFalse(SIX.takes(one, true));
        assertTrue(FOUR.takes(numbered(2), true), "all of its cases");
    }

    @Test
    void ofTwoRunsOfEachOneIsOverEachFamily() {
        List<FamilyShare.Run<String>> runs =
                FamilyShare.twice(List.of("row 1", "row 2", "row 3")).toList();
        for (int i = 0; i < runs.size(); i += 2) {
            FamilyShare.Run<String> four = runs.get(FOUR.takesCase(i + 1) ? i : i + 1);
            FamilyShare.Run<String> six = runs.get(SIX.takesCase(i + 1) ? i : i + 1);
            assertEquals(four.what(), six.what());
            assertEquals(1, four.index() + six.index());
        }
        assertEquals(0, runs.get(0).index());
        assertEquals(1, runs.get(2).index(), "the other one of the next goes over IPv4");
    }

    @Test
    void aRunByItselfTakesEverything() {
        for (boolean six : new boolean[] {false, true}) {
            FamilyShare alone = new FamilyShare(six, false);
            assertTrue(alone.takes(numbered(1), true) && alone.takes(numbered(2), false));
            assertEquals(7, alone.of(7));
        }
    }
}
