package org.coralha.drill.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class WrkTest {
    private static final String CLEAN =
            """
            Running 1s test @ http://10.0.0.1/
              1 threads and 20 connections
              2600 requests in 1.01s, 9.54MB read
            Requests/sec:   2574.26
            """;

    @Test
    void readsACleanRun() {
        assertEquals(new Wrk.Result(2600, 0, 0), Wrk.parse(CLEAN));
    }

    @Test
    void countsErrors() {
        String text =
                CLEAN.replace(
                        "Requests/sec",
                        "  Socket errors: connect 1, read 2, write 3, timeout 4\n"
                                + "  Non-2xx or 3xx responses: 5\nRequests/sec");
        assertEquals(new Wrk.Result(2590, 10, 5), Wrk.parse(text));
    }

    @Test
    void refusesAnEmptyOutput() {
        assertThrows(LabException.class, () -> Wrk.parse("unable to connect"));
    }
}
