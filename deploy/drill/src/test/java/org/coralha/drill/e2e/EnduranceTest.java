package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.endurance.CyclesCase;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;
import org.coralha.drill.soak.SoakCommand;
import org.junit.jupiter.api.Test;

/**
 * The first cycles of the soak's, and what the pair holds of the machine after them. Processes that
 * grow over many cycles, and saturated processors, are judged by the soak itself: {@code ./coral
 * soak --only cycles --only saturation}.
 */
@LabTest
class EnduranceTest {
    /** Cable and SIGKILL of Jetty, on the primary and on the backup. */
    private static final int CYCLES = 4;

    @Test
    void cyclesOfFailureAndRejoinUnderLoadLoseNothingAndLeaveNothing(PairInLab pair) {
        SoakCase cycles = new CyclesCase();
        for (int i = 0; i < CYCLES; i++) {
            // In pairs: a cycle on the primary's host, one on the backup's.
            if (!FamilyShare.ofThisRun().takesCase(1 + i / 2)) {
                continue;
            }
            RunResult result = SoakCommand.run(pair.session(), cycles, i);
            System.out.println("cycle " + i + ": " + result);
            assertTrue(result.passed(), result.toString());
        }
        assertEquals("", cycles.afterwards(pair.session()));
    }
}
