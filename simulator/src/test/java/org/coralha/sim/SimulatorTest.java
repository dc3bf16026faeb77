package org.coralha.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** The seeds of {@code ./coral test}, and that a seed says the same each time. */
class SimulatorTest {
    private static final int SEEDS = Integer.getInteger("coral.seeds", 2_000);
    private static final long FIRST = Long.getLong("coral.firstSeed", 0);

    @Test
    void noSeedBreaksAnInvariant() {
        assertNull(Simulator.firstFailure(FIRST, SEEDS));
    }

    @Test
    void aSeedFixesEverything() {
        String once = Simulator.trace(7);

        assertEquals(once, Simulator.trace(7));
        assertNotEquals(once, Simulator.trace(8));
    }
}
