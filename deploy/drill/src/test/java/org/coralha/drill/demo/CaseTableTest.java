package org.coralha.drill.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseTableTest {
    private static CaseRow row(long failed, long corrupted, long reset, List<Double> costs) {
        return new CaseRow("cable", 200, 10, failed, corrupted, reset, 231.4, costs);
    }

    @Test
    void columnsLineUp() {
        List<String> lines =
                CaseTable.render(List.of(row(0, 0, 0, List.of(2.5)), row(0, 0, 0, List.of())))
                        .lines()
                        .toList();
        assertEquals(4, lines.size());
        assertEquals(1, lines.stream().map(String::length).distinct().count());
        assertTrue(lines.get(2).contains(" 231 ") && lines.get(2).contains(" 2.50 "));
        assertTrue(lines.get(3).contains("not told"));
    }

    @ParameterizedTest
    @CsvSource({"0,0,0,true", "1,0,0,false", "0,1,0,false", "0,0,1,false"})
    void oneWrongThingSpoilsTheCase(long failed, long corrupted, long reset, boolean clean) {
        assertEquals(clean, row(failed, corrupted, reset, List.of()).clean());
    }

    @Test
    void noReplyAtAllIsNotClean() {
        assertFalse(new CaseRow("x", 1, 0, 0, 0, 0, 0, List.of()).clean());
    }

    @Test
    void runsAddUpAndTheMedianIsTaken() {
        CaseRow sum =
                row(0, 0, 0, List.of(9.0))
                        .plus(row(1, 0, 0, List.of(1.0)))
                        .plus(row(0, 0, 2, List.of(2.0)));
        assertEquals(30, sum.replies());
        assertEquals(1, sum.failed());
        assertEquals(2, sum.reset());
        assertEquals(2.0, sum.medianDetectionToFirstByteMs().orElseThrow());
        assertEquals(
                1.5, row(0, 0, 0, List.of(1.0, 2.0)).medianDetectionToFirstByteMs().orElseThrow());
    }
}
