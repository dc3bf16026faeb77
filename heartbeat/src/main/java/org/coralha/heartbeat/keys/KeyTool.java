package org.coralha.heartbeat.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.keys.KeyDirectory;

/**
 * The {@code keytool} of the Java runtime that runs this program: the only public way of a JDK to
 * make a certificate. The password on its command line is no secret, see {@link
 * KeyDirectory#STORE_PASSWORD}.
 */
final class KeyTool {
    private static final int LIMIT_SECONDS = 60;

    /** Twenty years. */
    private static final int VALIDITY_DAYS = 7_305;

    private KeyTool() {}

    /**
     * Adds a new identity, an EC P-256 key with its self-signed certificate; makes the store if it
     * is not there.
     */
    static void addIdentity(Path store, int id, String name) throws IOException {
        run(
                store,
                "-genkeypair",
                "-alias",
                KeyDirectory.alias(id),
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-dname",
                "CN=coral " + name + ", OU=identity " + id,
                "-validity",
                Integer.toString(VALIDITY_DAYS));
    }

    /** Removes an identity. */
    static void removeIdentity(Path store, int id) throws IOException {
        run(store, "-delete", "-alias", KeyDirectory.alias(id));
    }

    private static void run(Path store, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storetype", "PKCS12"));
        command.addAll(List.of("-storepass", KeyDirectory.STORE_PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool " + arguments[0] + " failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
