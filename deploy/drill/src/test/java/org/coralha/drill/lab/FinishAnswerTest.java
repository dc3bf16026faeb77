package org.coralha.drill.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinishAnswerTest {
    private static FinishAnswer twoOf(long opened) {
        FinishAnswer answer = new FinishAnswer(opened);
        assertFalse(answer.take("conn {\"replies\":3}"));
        assertFalse(answer.take("conn {\"replies\":4}"));
        return answer;
    }

    @Test
    void isWholeWithEachConnection() {
        FinishAnswer answer = twoOf(2);
        assertTrue(answer.take("ok 2"));
        assertEquals(7, answer.result().replies());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok 1", "ok 3", "ok", "ok 22", "error 'finish'", "Exception in thread"})
    void isRefusedWithAnyOtherEnd(String line) {
        FinishAnswer answer = twoOf(2);
        LabException e = assertThrows(LabException.class, () -> answer.take(line));
        assertTrue(e.getMessage().contains(line), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3})
    void isRefusedIfConnectionsAreMissingOrTooMany(long opened) {
        FinishAnswer answer = twoOf(opened);
        assertThrows(LabException.class, () -> answer.take("ok " + opened));
        assertThrows(LabException.class, () -> twoOf(opened).take("ok 2"));
    }
}
