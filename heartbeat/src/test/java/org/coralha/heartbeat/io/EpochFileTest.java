package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochFileTest {
    @TempDir Path directory;

    private long reread() throws IOException {
        try (EpochFile file = EpochFile.open(directory)) {
            return file.highest();
        }
    }

    @Test
    void theHighestEpochSurvives() throws IOException {
        assertEquals(0, reread());
        try (EpochFile file = EpochFile.open(directory)) {
            for (long epoch : new long[] {1, 5, 3, 12}) {
                file.ensure(epoch);
            }
            assertEquals(12, file.highest());
        }
        assertEquals(12, reread());
    }

    @Test
    void aTornWriteAtAnyByteLosesNothingThatWasEnsuredBefore() throws IOException {
        try (EpochFile file = EpochFile.open(directory)) {
            file.ensure(0x0101);
            file.ensure(0x0202);
        }
        Path path = directory.resolve("epoch");
        byte[] before = Files.readAllBytes(path);
        try (EpochFile file = EpochFile.open(directory)) {
            file.ensure(0x0303);
        }
        byte[] after = Files.readAllBytes(path);
        for (int torn = 0; torn <= after.length; torn++) {
            byte[] mixed = before.clone();
            System.arraycopy(after, 0, mixed, 0, torn);
            Files.write(path, mixed);
            long epoch = reread();
            assertTrue(epoch == 0x0202 || epoch == 0x0303, "torn at " + torn + ": " + epoch);
        }
    }

    @Test
    void damageOfBothSlotsIsRefused() throws IOException {
        reread();
        Files.write(directory.resolve("epoch"), new byte[8192]);
        String message = assertThrows(IOException.class, this::reread).getMessage();
        assertTrue(message.contains("no valid record"), message);
        Files.write(directory.resolve("epoch"), new byte[0]);
        assertThrows(IOException.class, this::reread);
    }
}
