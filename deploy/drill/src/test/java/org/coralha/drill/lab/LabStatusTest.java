package org.coralha.drill.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words for a pair are those of the lab's contract. */
class LabStatusTest {
    @ParameterizedTest
    @CsvSource({
        "PRIMARY, BACKUP, DUPLEX",
        "BACKUP, PRIMARY, DUPLEX",
        "SIMPLEX, DOWN, SIMPLEX",
        "FENCED, SIMPLEX, SIMPLEX",
        "BACKUP, SIMPLEX, SIMPLEX",
        "SIMPLEX, SIMPLEX, SPLIT",
        "PRIMARY, PRIMARY, CHANGING",
        "PRIMARY, IDLE, CHANGING",
        "DOWN, BACKUP, CHANGING",
        "DOWN, DOWN, DOWN",
        "DOWN, IDLE, STARTING",
        "FENCED, FENCED, STARTING",
    })
    void twoRolesMakeAMode(String a, String b, String mode) {
        assertEquals(mode, status(host(a, 1), host(b, 2)).mode());
    }

    @Test
    void aHostRunsIfItsDaemonHasAJetty() {
        LabStatus status = status(host("PRIMARY", 41), host("DOWN", 0));
        assertTrue(status.runs("a"));
        assertFalse(status.runs("b"));
        assertEquals("a", status.hostWith("PRIMARY"));
        assertThrows(LabException.class, () -> status.hostWith("BACKUP"));
        assertEquals(7, status.epoch("a"));
    }

    private static LabStatus status(String a, String b) {
        return new LabStatus("http://192.0.2.1:8080", Json.parse(a), Json.parse(b));
    }

    private static String host(String role, int pid) {
        return "{\"role\":\"" + role + "\",\"epoch\":7,\"jetty\":{\"pid\":" + pid + "}}";
    }
}
