package org.coralha.heartbeat.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The table of {@link RoleTableTest} for a host whose witness does not answer: W is the question to
 * it, and then nobody but SHARING goes on alone without the peer's word. Reports, and what is
 * written when there is time, are left out.
 */
class WitnessedRoleTableTest {
    /** Rows: input; columns: as in {@link RoleTableTest#STATES}. */
    private static final String[] TABLE = {
        "beat idle ready     |.|SIMPLEX/PsATC|SHARING/PT|.|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "beat idle not ready |.|.|.|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "beat fenced         |.|SIMPLEX/PsATC|.|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|.",
        "beat simplex same   |.|.|.|SIMPLEX/PsATC|./PWA|./PWA|FENCED/FGUK|FENCED/FGUK|.|.|.",
        "beat simplex higher |.|.|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|.",
        "beat primary same   |.|.|.|SIMPLEX/PsATC|./PWA|./PWA|./A|./A|.|.|.",
        "beat primary higher |.|JOINING/PT|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|.",
        "beat backup same    |.|.|.|SIMPLEX/PsATC|PRIMARY/pAR|.|.|.|./A|./A|.",
        "beat backup other   |.|.|.|SIMPLEX/PsATC|./PWA|./PWA|.|.|.|.|.",
        "beat other config   |./X|./X|.|SIMPLEX/PsATC|./PWA|./PWA|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsATC|SIMPLEX/PsAC|./X",
        "silence, outside ok |.|.|.|SIMPLEX/PsATC|.|.|.|.|.|.|.",
        "silence, no outside |.|.|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|.|.|.|.|.",
        "silence for long    |.|.|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|FENCED/FGUK|FENCED/FGUK|.|.|.",
        "carrier lost        |.|.|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_SIMPLEX/FA|CUT_PRIMARY/FA|FENCED/FGUK|FENCED/FGUK|.|.|.",
        "crash               |./UA|DETACHED/UA|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/wGUK|FENCED/FGUK|FENCED/FGUK|.",
        "role taken          |.|.|.|OFFERING/A|.|.|BACKUP/bACR|.|.|.|.",
        "log link down       |.|.|.|SIMPLEX/PsATC|./PWA|.|.|.|.|.|.",
        "log stalled         |.|.|.|SIMPLEX/PsATC|./PWA|./PWA|.|.|.|.|.",
        "persist failed      |.|.|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|FENCED/FGUK|.",
        "shutdown            |FENCED/FGU|FENCED/FGU|FENCED/FGUTKG|FENCED/FGUTKG|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTK|FENCED/FGUTKG|./FG",
    };

    @TestFactory
    List<DynamicTest> everyCell() {
        Map<String, Function<CoreFixture, Decision>> inputs = RoleTableTest.inputs();
        List<DynamicTest> tests = new ArrayList<>();
        for (String row : TABLE) {
            String[] cells = row.split("\\|");
            String input = cells[0].strip();
            for (int i = 0; i < RoleTableTest.STATES.length; i++) {
                HostRole state = HostRole.valueOf(RoleTableTest.STATES[i]);
                String expected = cells[i + 1].strip();
                tests.add(
                        DynamicTest.dynamicTest(
                                state + " on " + input,
                                () -> assertEquals(expected, cell(state, inputs.get(input)))));
            }
        }
        return tests;
    }

    private static String cell(HostRole state, Function<CoreFixture, Decision> input) {
        Decision decision = input.apply(RoleTableTest.in(state, new CoreFixture(true)));
        String actions = Letters.of(decision).replace("q", "").replace("k", "");
        String role = decision.role() == state ? "." : decision.role().name();
        return actions.isEmpty() ? role : role + "/" + actions;
    }
}
