package org.coralha.drill.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TwoStacksTest {
    @Test
    void flowsThatHaveNotEndedAreRead() {
        String dump = "[" + flow(0, 7, 9, 4294966296L) + "," + flow(5, 1, 2, 3) + "]\n";
        assertEquals(List.of(new TwoStacks(7, 9, -1000)), TwoStacks.parse(dump));
    }

    @Test
    void sequenceNumbersWrap() {
        assertEquals(3, new TwoStacks(1, 4_294_967_294L, 0).isnDistance());
        assertEquals(3, new TwoStacks(4_294_967_294L, 1, 0).isnDistance());
    }

    private static String flow(long closedNs, long visible, long own, long estimate) {
        return """
                {"key":["0x01"],"value":["0x00"],"formatted":{"key":{"client_port":257},"value":
                {"lock":{"val":0},"closed_ns":%d,"visible_isn":%d,"own_isn":%d,"ts_estimate":%d}}}
                """
                .formatted(closedNs, visible, own, estimate);
    }
}
