package org.coralha.heartbeat.vote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class OpenQuestionsTest {
    private static final long SECOND = 1_000_000_000L;

    private final OpenQuestions questions = new OpenQuestions();

    @Test
    void aQuestionIsAnsweredOnce() {
        questions.asked(77, 5);
        assertTrue(questions.answers(77, 6));
        assertFalse(questions.answers(77, 7));
    }

    @Test
    void whatWasNotAskedIsNotAnswered() {
        questions.asked(77, 5);
        for (long nonce : new long[] {76, 78, 77 + OpenQuestions.OPEN, ~77L, 0}) {
            assertFalse(questions.answers(nonce, 6), "nonce " + nonce);
        }
        assertTrue(questions.answers(77, 6));
    }

    @Test
    void aHostThatAskedNothingTakesNoAnswer() {
        for (long nonce = -40; nonce < 40; nonce++) {
            assertFalse(questions.answers(nonce, 0), "nonce " + nonce);
        }
    }

    @Test
    void anAnswerMayTakeASecond() {
        questions.asked(1, 0);
        questions.asked(2, 0);
        assertTrue(questions.answers(1, SECOND - 1));
        assertFalse(questions.answers(2, SECOND));
    }

    @Test
    void theOldestIsForgottenForOneTooMany() {
        for (long nonce = -3; nonce <= OpenQuestions.OPEN - 3; nonce++) {
            questions.asked(nonce, 0);
        }
        int answered = 0;
        for (long nonce = -3; nonce <= OpenQuestions.OPEN - 3; nonce++) {
            answered += questions.answers(nonce, 1) ? 1 : 0;
        }
        assertFalse(questions.answers(-3, 1));
        assertEquals(OpenQuestions.OPEN, answered);
    }
}
