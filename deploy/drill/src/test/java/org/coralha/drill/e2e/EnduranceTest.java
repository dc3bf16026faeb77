package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.endurance.CyclesCase;
import org.coralha.drill.endurance.SaturationCase;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;
import org.coralha.drill.soak.SoakCommand;
import org.junit.jupiter.api.Test;

/** The first repetitions of the soak's long cases. */
@LabTest
class EnduranceTest {
    /** Each kind of fault on the primary and on the backup. */
    private static final int CYCLES = 8;

    @Test
    void cyclesOfFailureAndRejoinUnderLoadLeaveNothingBehind(PairInLab pair) {
        SoakCase cycles = new CyclesCase();
        for (int i = 0; i < CYCLES; i++) {
            RunResult result = SoakCommand.run(pair.session(), cycles, i);
            System.out.println("cycle " + i + ": " + result);
            assertTrue(result.passed(), result.toString());
        }
        assertEquals("", cycles.afterwards(pair.session()));
    }

    @Test
    void noFailoverWithoutAFaultWhileProcessorsAreSaturated(PairInLab pair) {
        RunResult result = SoakCommand.run(pair.session(), new SaturationCase(), 0);
        System.out.println("saturation: " + result);
        assertTrue(result.passed(), result.toString());
    }
}
