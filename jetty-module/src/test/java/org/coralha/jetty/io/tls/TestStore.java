package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.coralha.pair.keys.KeyDirectory;

/** Key directories for tests. Identities are made once for each life of the test's process. */
public final class TestStore {
    private static final char[] PASSWORD = KeyDirectory.STORE_PASSWORD.toCharArray();
    private static final Map<String, KeyStore> MADE = new HashMap<>();

    private TestStore() {}

    /** A key directory with one identity, the same in each call. */
    public static Path directory(Path parent) throws Exception {
        return Files.createDirectories(write(parent.resolve("keys"), "one:1").getParent());
    }

    /**
     * Replaces the store of a key directory.
     *
     * @param identities each NAME:ID; the same name is the same key and certificate
     */
    public static Path write(Path keys, String... identities) throws Exception {
        Files.createDirectories(keys);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        for (String identity : identities) {
            String[] parts = identity.split(":");
            KeyStore of = made(parts[0], 3650);
            String alias = of.aliases().nextElement();
            store.setKeyEntry(
                    KeyDirectory.alias(Integer.parseInt(parts[1])),
                    of.getKey(alias, PASSWORD),
                    PASSWORD,
                    new Certificate[] {of.getCertificate(alias)});
        }
        return replace(keys, store);
    }

    private static Path replace(Path keys, KeyStore store)
            throws IOException, GeneralSecurityException {
        Path next = keys.resolve("next");
        try (var out = Files.newOutputStream(next)) {
            store.store(out, PASSWORD);
        }
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r-----"));
        Path file = new KeyDirectory(keys).logStore();
        return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A store with an identity whose certificate ended long ago. */
    public static Path writeExpired(Path keys) throws Exception {
        Files.createDirectories(keys);
        return replace(keys, made("old", 1));
    }

    private static synchronized KeyStore made(String name, int days) throws Exception {
        KeyStore known = MADE.get(name);
        if (known != null) {
            return known;
        }
        Path directory = Files.createTempDirectory("coral-store");
        Path file = directory.resolve(name + ".p12");
        try {
            make(file, name, days);
            MADE.put(name, KeyStore.getInstance(file.toFile(), PASSWORD));
        } finally {
            Files.deleteIfExists(file);
            Files.delete(directory);
        }
        return MADE.get(name);
    }

    private static void make(Path file, String name, int days) throws Exception {
        String options =
                "-genkeypair -keyalg EC -groupname secp256r1 -storetype PKCS12 -alias "
                        + KeyDirectory.alias(1)
                        + (" -dname CN=coral-test,OU=" + name)
                        + (" -keystore " + file)
                        + (" -storepass " + KeyDirectory.STORE_PASSWORD)
                        + (" -startdate -10d -validity " + days);
        List<String> command = new ArrayList<>(List.of(options.split(" ")));
        command.add(0, Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
    }
}
