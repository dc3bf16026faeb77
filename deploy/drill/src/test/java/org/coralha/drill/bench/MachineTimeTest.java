package org.coralha.drill.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class MachineTimeTest {
    @Test
    void addsWhatIsNotIdle() {
        String stat = "cpu  1 2 3 1000 1000 5 6 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\n";
        assertEquals((1 + 2 + 3 + 5 + 6) * 10_000, MachineTime.busyMicros(stat));
    }

    @Test
    void sharesWhatNobodyWanted() {
        String before = "cpu  100 0 100 1000 0 0 0 0 0 0\n";
        String after = "cpu  170 0 110 1010 5 0 0 5 0 0\n";
        assertEquals(0.15, MachineTime.idleShare(before, after), 1e-9);
    }
}
