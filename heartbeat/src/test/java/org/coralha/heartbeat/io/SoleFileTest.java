package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoleFileTest {
    @TempDir Path directory;

    private long onDisk() throws IOException {
        return SoleFile.open(directory).epoch();
    }

    @Test
    void theRightOutlivesTheDaemonUntilItIsGivenUp() throws IOException {
        SoleFile file = SoleFile.open(directory);
        assertEquals(0, onDisk());
        file.keep(0);
        file.keep(7);
        assertEquals(7, onDisk());
        file.keep(9);
        assertEquals(9, onDisk());
        file.keep(0);
        assertEquals(0, onDisk());
        assertEquals(0, file.epoch());
    }

    /** A survivor that could not give it up could not let its peer join: it would fence itself. */
    @Test
    void theRightIsGivenUpOnADiskThatTakesNoNewFile() throws IOException {
        SoleFile file = SoleFile.open(directory);
        file.keep(7);
        Files.createDirectory(directory.resolve("sole.new"));
        assertThrows(IOException.class, () -> file.keep(9));
        file.keep(0);
        assertEquals(0, onDisk());
    }

    @Test
    void whatCannotBeReadIsGoneForGood() throws IOException {
        SoleFile.open(directory).keep(7);
        byte[] whole = Files.readAllBytes(directory.resolve("sole"));
        Files.write(directory.resolve("sole"), Arrays.copyOf(whole, 9));
        assertEquals(0, onDisk());
        assertTrue(Files.notExists(directory.resolve("sole")));
    }
}
