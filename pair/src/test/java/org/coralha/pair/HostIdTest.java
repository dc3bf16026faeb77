package org.coralha.pair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HostIdTest {
    @Test
    void theHostsNeverClaimTheSameEpoch() {
        for (long epoch = 0; epoch < 100; epoch++) {
            long ofA = HostId.A.nextEpochAfter(epoch);
            long ofB = HostId.B.nextEpochAfter(epoch);
            assertEquals(1, ofA % 2);
            assertEquals(0, ofB % 2);
            assertTrue(ofA > epoch && ofA <= epoch + 2);
            assertTrue(ofB > epoch && ofB <= epoch + 2);
        }
        assertThrows(ArithmeticException.class, () -> HostId.A.nextEpochAfter(Long.MAX_VALUE));
    }
}
