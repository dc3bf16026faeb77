package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PulseRuleTest {
    private final PulseRule rule = new PulseRule(1000);

    @ParameterizedTest
    @CsvSource({
        // selectors, waits, deadlock, lives
        "true,      0, false, true",
        "false,     0, false, false",
        "true,    999, true,  true",
        "true,   1000, true,  false",
        "true,   1000, false, true",
        "true,  29999, false, true",
        "true,  30000, false, false",
        "false, 29999, false, false"
    })
    void table(boolean selectors, long waitsMs, boolean deadlock, boolean lives) {
        assertEquals(lives, rule.lives(selectors, waitsMs, () -> deadlock));
    }

    @Test
    void theVirtualMachineIsNotStoppedToLookForDeadlocksWhileAllIsWell() {
        rule.lives(true, 999, () -> fail("asked"));
    }
}
