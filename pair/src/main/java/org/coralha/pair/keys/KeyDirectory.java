package org.coralha.pair.keys;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The directory with the secrets of the pair, {@code keys.dir}, and what lies in it. Made by {@code
 * coralctl keys init} and the same on both hosts:
 *
 * <table>
 * <caption>Files, owners and modes</caption>
 * <tr><td>the directory</td><td>root, group of {@code jetty.user}, 0750</td></tr>
 * <tr><td>{@code heartbeat.keys}</td><td>root, 0400 or 0600: a {@link KeyRing}, for the heartbeat
 *     daemons alone</td></tr>
 * <tr><td>{@code log.p12}</td><td>root, group of {@code jetty.user}, 0640 or 0440: PKCS#12 with the
 *     TLS identities of the reply log, for Jetty</td></tr>
 * <tr><td>{@code witness.keys}</td><td>root, 0400 or 0600: a {@link KeyRing} that the daemons and
 *     the witness share; the only file that the witness has</td></tr>
 * </table>
 *
 * <p>Each identity in {@code log.p12} is a private key (EC P-256) with its self-signed certificate,
 * alias {@code identity-ID}, subject {@code CN=coral NAME, OU=identity ID}: no two have the same
 * subject, so that a TLS peer can name those that it trusts. Trusted is exactly what is in the
 * file. The newest identity that both sides trust is the one to show, so that the order in which
 * the file is copied to the hosts does not matter.
 *
 * @param path of the directory
 */
public record KeyDirectory(Path path) {
    /** Name of the file with the keys of the heartbeats, and of the systemd credential. */
    public static final String HEARTBEAT_KEYS = "heartbeat.keys";

    /** Name of the file with the TLS identities of the reply log. */
    public static final String LOG_STORE = "log.p12";

    /** Name of the file with the keys between the hosts and their witness. */
    public static final String WITNESS_KEYS = "witness.keys";

    /**
     * Password of {@link #LOG_STORE}: PKCS#12 needs one. It is public; owner and mode protect the
     * file, a password that lies beside it would add nothing.
     */
    public static final String STORE_PASSWORD = "coral-keys";

    private static final String ALIAS = "identity-";

    /** The TLS identities of the reply log. */
    public Path logStore() {
        return path.resolve(LOG_STORE);
    }

    /** The keys of the heartbeats, as they lie in the directory. */
    public Path heartbeatKeys() {
        return path.resolve(HEARTBEAT_KEYS);
    }

    /** The keys between the hosts and their witness. */
    public Path witnessKeys() {
        return path.resolve(WITNESS_KEYS);
    }

    /**
     * The file that counts: the systemd credential of the same name if this process was given one
     * ({@code LoadCredential=}), else the one in the directory.
     *
     * @param environment of this process, {@code System.getenv()}
     */
    public static Path credentialOr(Path file, Map<String, String> environment) {
        String directory = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
        if (directory.isEmpty()) {
            return file;
        }
        Path credential = Path.of(directory).resolve(file.getFileName());
        return Files.exists(credential) ? credential : file;
    }

    /** Alias of the TLS identity with that number, 1..255. */
    public static String alias(int id) {
        return ALIAS + id;
    }

    /** Number of the TLS identity with that alias, 0 if it is none. */
    public static int idOf(String alias) {
        String number = alias.startsWith(ALIAS) ? alias.substring(ALIAS.length()) : "";
        return number.matches("[1-9][0-9]{0,2}") && Integer.parseInt(number) <= KeyRing.ID_MAX
                ? Integer.parseInt(number)
                : 0;
    }
}
