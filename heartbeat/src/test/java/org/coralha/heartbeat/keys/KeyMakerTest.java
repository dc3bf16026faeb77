package org.coralha.heartbeat.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.coralha.pair.keys.KeyDirectory;
import org.coralha.pair.keys.KeyRing;
import org.coralha.pair.keys.KeyRingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root, as coralctl keys does. */
class KeyMakerTest {
    private static final String GROUP = "nogroup";

    @TempDir Path place;
    private KeyDirectory keys;
    private KeyMaker maker;

    @BeforeEach
    void name() {
        keys = new KeyDirectory(place.resolve("etc/keys"));
        maker = new KeyMaker(keys.path());
    }

    private List<String> problems() {
        return KeyCheck.problems(keys, GROUP, Instant.now());
    }

    private static String mode(Path path) throws IOException {
        PosixFileAttributes facts = Files.readAttributes(path, PosixFileAttributes.class);
        return PosixFilePermissions.toString(facts.permissions()) + " " + facts.group().getName();
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @Test
    void directoryIsMadeWholeAndOnce() throws Exception {
        maker.init(GROUP, "shop");
        assertEquals(List.of(), problems());
        assertEquals(Set.of("heartbeat.keys", "log.p12", "witness.keys"), names(keys.path()));
        assertEquals("rwxr-x--- nogroup", mode(keys.path()));
        assertEquals("rw-r----- nogroup", mode(keys.logStore()));
        assertTrue(mode(keys.heartbeatKeys()).startsWith("r-------- "));
        assertTrue(mode(keys.witnessKeys()).startsWith("r-------- "));
        KeyRing heartbeats = KeyRingFile.read(keys.heartbeatKeys());
        assertEquals(0, heartbeats.newestAmong(KeyRingFile.read(keys.witnessKeys()).tags()));
        X509Certificate certificate = LogStore.identities(keys.logStore()).get(1);
        assertEquals(
                "CN=coral shop,OU=identity 1", certificate.getSubjectX500Principal().getName());
        assertEquals("EC", certificate.getPublicKey().getAlgorithm());
        String refusal =
                assertThrows(IOException.class, () -> maker.init(GROUP, "shop")).getMessage();
        assertTrue(refusal.contains("coralctl keys rotate"), refusal);
        assertEquals(0, heartbeats.newestAmong(new int[8]));
    }

    @Test
    void whatCannotBeMadeLeavesNothing() throws Exception {
        assertThrows(IOException.class, () -> maker.init("no-such-group", "shop"));
        assertEquals(Set.of(), names(place));
        // keytool refuses the name when the rings are written already.
        assertThrows(IOException.class, () -> maker.init(GROUP, "a,=b"));
        assertEquals(Set.of(), names(place.resolve("etc")));
    }

    @Test
    void newKeysAreAddedBesideTheOldOnesAndOldOnesGo() throws Exception {
        maker.init(GROUP, "shop");
        KeyRing first = KeyRingFile.read(keys.heartbeatKeys());
        assertEquals(2, maker.rotate("shop"));
        KeyRing second = KeyRingFile.read(keys.heartbeatKeys());
        assertEquals(List.of(1, 2), second.ids());
        assertEquals(1, second.newestAmong(first.tags()));
        assertEquals(List.of(1, 2), KeyRingFile.read(keys.witnessKeys()).ids());
        assertEquals(Set.of(1, 2), LogStore.identities(keys.logStore()).keySet());
        assertEquals(3, maker.rotate("shop"));
        assertEquals(List.of(), problems());
        assertEquals(6, maker.prune());
        assertEquals(List.of(3), KeyRingFile.read(keys.heartbeatKeys()).ids());
        assertEquals(List.of(3), KeyRingFile.read(keys.witnessKeys()).ids());
        assertEquals(Set.of(3), LogStore.identities(keys.logStore()).keySet());
        assertEquals("rw-r----- nogroup", mode(keys.logStore()));
        assertEquals(0, maker.prune());
        assertEquals(List.of(), problems());
    }

    @Test
    void ninthKeyAndNumber256AreRefused() throws Exception {
        maker.init(GROUP, "shop");
        KeyRing ring = KeyRing.of(new byte[32]);
        for (int id = 2; id <= 8; id++) {
            ring = ring.with(id, secret(id));
        }
        overwrite(keys.heartbeatKeys(), ring.text(""));
        String full = assertThrows(IOException.class, () -> maker.rotate("shop")).getMessage();
        assertTrue(full.contains("coralctl keys prune"), full);
        overwrite(keys.heartbeatKeys(), "255 " + "ab".repeat(32));
        String last = assertThrows(IOException.class, () -> maker.rotate("shop")).getMessage();
        assertTrue(last.contains("coralctl keys init"), last);
        assertEquals(Set.of(1), LogStore.identities(keys.logStore()).keySet());
    }

    private static byte[] secret(int id) {
        byte[] secret = new byte[32];
        secret[0] = (byte) id;
        return secret;
    }

    private static void overwrite(Path file, String text) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, text);
    }

    @Test
    void everyProblemIsNamedAtOnce() throws Exception {
        maker.init(GROUP, "shop");
        overwrite(keys.heartbeatKeys(), "1 abcd\n2 " + "ab".repeat(32) + "\n2 " + "cd".repeat(32));
        Files.setAttribute(keys.witnessKeys(), "unix:uid", 65534);
        Files.setPosixFilePermissions(
                keys.logStore(), PosixFilePermissions.fromString("rw-rw-r--"));
        Files.writeString(keys.path().resolve("heartbeat.keys~"), "");
        List<String> problems = KeyCheck.problems(keys, "root", Instant.now());
        assertNames(
                problems,
                "key of 2 bytes",
                "number 2 repeats",
                "chown root " + keys.witnessKeys(),
                "chmod 0640 " + keys.logStore(),
                "chgrp root " + keys.logStore(),
                "heartbeat.keys~");
        Files.writeString(keys.logStore(), "no store");
        Files.delete(keys.heartbeatKeys());
        Files.setPosixFilePermissions(
                keys.logStore(), PosixFilePermissions.fromString("rw-------"));
        assertNames(
                problems(),
                "heartbeat.keys: no such file",
                "chown root " + keys.witnessKeys(),
                "Jetty cannot read it",
                "cannot be used",
                "heartbeat.keys~");
        assertFalse(problems.toString().contains("abab"), problems::toString);
    }

    private static void assertNames(List<String> problems, String... words) {
        assertEquals(words.length, problems.size(), problems::toString);
        for (int i = 0; i < words.length; i++) {
            assertTrue(problems.get(i).contains(words[i]), problems.get(i));
        }
    }

    @Test
    void certificateThatEndsSoonIsAProblem() throws Exception {
        maker.init(GROUP, "shop");
        Instant end = LogStore.identities(keys.logStore()).get(1).getNotAfter().toInstant();
        assertTrue(end.isAfter(Instant.now().plus(Duration.ofDays(20 * 365))), end::toString);
        Instant late = end.minus(Duration.ofDays(89));
        assertNames(KeyCheck.problems(keys, GROUP, late), "coralctl keys rotate");
        assertNotEquals(List.of(), KeyCheck.problems(keys, GROUP, end));
    }
}
