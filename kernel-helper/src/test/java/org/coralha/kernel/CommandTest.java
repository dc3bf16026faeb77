package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that does not end holds nobody up. */
@Timeout(10)
class CommandTest {
    private static final long LIMIT_MS = 300;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec sleep 20",
                "echo begun; exec sleep 20",
                "exec 1>&- 2>&-; exec sleep 20"
            })
    void programThatDoesNotEndIsGivenUp(String script) {
        KernelException e =
                assertThrows(
                        KernelException.class, () -> Command.run(LIMIT_MS, "sh", "-c", script));
        assertTrue(e.getMessage().contains("did not end in 300 ms"), e.getMessage());
    }

    /** Whether its output counts as read depends on who is first; the limit does not. */
    @Test
    void childThatHoldsTheOutputOpenHoldsNobodyUp() {
        try {
            Command.Result result = Command.run(LIMIT_MS, "sh", "-c", "sleep 20 & echo done");
            assertEquals(new Command.Result(0, "done"), result);
        } catch (KernelException e) {
            assertTrue(e.getMessage().contains("did not end"), e.getMessage());
        }
    }

    @Test
    void outputErrorsAndStatusAreTold() {
        Command.Result result = Command.run("sh", "-c", "echo out; echo err >&2; exit 3");
        assertEquals(new Command.Result(3, "out\nerr"), result);
    }
}
