package org.coralha.pair.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.coralha.pair.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root, to give files away. */
class KeyRingFileTest {
    private static final String LINE = "1 " + "ab".repeat(32) + "\n";

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve(KeyDirectory.HEARTBEAT_KEYS), LINE);
        permit(file, "r--------");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private List<String> problems() {
        return assertThrows(ConfigException.class, () -> KeyRingFile.read(file)).problems();
    }

    @Test
    void privateFileIsRead() throws Exception {
        assertEquals(1, KeyRingFile.read(file).newest());
        permit(file, "rw-------");
        assertEquals(1, KeyRingFile.read(file).newest());
    }

    @Test
    void whatOthersCanReadOrChangeIsRefusedWithTheRemedy() throws Exception {
        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rw-----w-")) {
            permit(file, mode);
            assertTrue(problems().get(0).contains("chmod 0400 " + file), mode);
        }
        Files.setAttribute(file, "unix:uid", 65534);
        assertTrue(problems().get(1).contains("chown root " + file), problems()::toString);
        permit(directory, "rwxrwx---");
        assertTrue(problems().get(2).contains("chmod go-w " + directory), problems()::toString);
        permit(directory, "rwx------");
        Files.setAttribute(directory, "unix:uid", 65534);
        assertTrue(problems().get(2).contains("chown root " + directory), problems()::toString);
    }

    @Test
    void whatIsNoRingIsRefused() throws Exception {
        permit(file, "rw-------");
        Files.writeString(file, "1 abcd");
        assertTrue(problems().get(0).contains("key of 2 bytes"));
        Files.writeString(file, LINE.repeat(1000));
        assertTrue(problems().get(0).contains("longer than"));
        Files.delete(file);
        assertTrue(problems().get(0).contains("coralctl keys init"));
        Files.createDirectory(file);
        assertTrue(problems().toString().contains("cannot be read"), problems()::toString);
    }

    @Test
    void credentialOfThatNameComesFirst() throws Exception {
        Path own = new KeyDirectory(directory.resolve("keys")).heartbeatKeys();
        assertEquals(own, KeyDirectory.credentialOr(own, Map.of()));
        Map<String, String> given = Map.of("CREDENTIALS_DIRECTORY", directory.toString());
        assertEquals(file, KeyDirectory.credentialOr(own, given));
        Files.delete(file);
        assertEquals(own, KeyDirectory.credentialOr(own, given));
    }

    @Test
    void aliasesAreNumbered() {
        assertEquals(255, KeyDirectory.idOf(KeyDirectory.alias(255)));
        for (String other :
                List.of("identity-0", "identity-256", "identity-01", "x", "identity-")) {
            assertEquals(0, KeyDirectory.idOf(other), other);
        }
    }
}
