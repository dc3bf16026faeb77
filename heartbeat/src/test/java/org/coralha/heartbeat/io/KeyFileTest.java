package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.coralha.pair.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {
    @TempDir Path directory;

    private String refusal(String permissions, int bytes) throws IOException {
        Path file = directory.resolve("key" + permissions + bytes);
        Files.write(file, new byte[bytes]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return assertThrows(ConfigException.class, () -> KeyFile.read(file)).getMessage();
    }

    @Test
    void aNewKeyIsPrivateAndRandom() throws Exception {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        KeyFile.create(one);
        KeyFile.create(two);
        assertEquals(
                "r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(one)));
        assertEquals(32, KeyFile.read(one).length);
        assertNotEquals(Arrays.toString(KeyFile.read(one)), Arrays.toString(KeyFile.read(two)));
        assertThrows(FileAlreadyExistsException.class, () -> KeyFile.create(one));
    }

    @Test
    void unsafeKeysAreRefusedWithTheRemedy() throws Exception {
        assertTrue(refusal("rw-r-----", 32).contains("chmod 0400"));
        assertTrue(refusal("rw----r--", 32).contains("chmod 0400"));
        assertTrue(refusal("rw--w----", 32).contains("chmod 0400"));
        assertTrue(refusal("rw-------", 31).contains("key of 31 bytes"));
        assertTrue(refusal("rw-------", 5000).contains("key of 5000 bytes"));
        Path missing = directory.resolve("missing");
        String message =
                assertThrows(ConfigException.class, () -> KeyFile.read(missing)).getMessage();
        assertTrue(message.contains("coralctl key new"), message);
    }

    /** Needs root, to give the file away. */
    @Test
    void keyOfAnotherUserIsRefused() throws Exception {
        Path file = directory.resolve("given");
        KeyFile.create(file);
        Files.setAttribute(file, "unix:uid", 65534);
        String message = assertThrows(ConfigException.class, () -> KeyFile.read(file)).getMessage();
        assertTrue(message.contains("chown root " + file), message);
    }
}
