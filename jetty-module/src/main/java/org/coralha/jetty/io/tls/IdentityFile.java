package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.coralha.pair.keys.KeyDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pair's identities as their file has them now: it is read again when it has changed, so that a
 * rotation needs no restart. Safe from any thread.
 */
public final class IdentityFile {
    private static final Logger LOG = LoggerFactory.getLogger(IdentityFile.class);
    private static final int BYTES_MAX = 1 << 20;
    private static final char[] PASSWORD = KeyDirectory.STORE_PASSWORD.toCharArray();

    private final Path file;
    private Map<String, Object> seen;
    private Map<String, Object> told;
    private List<Identity> current;

    /**
     * What tells one state of the file from another: any change of content, owner or mode changes
     * it. The time of modification would not do, a copy may keep that of the original.
     */
    private static Map<String, Object> version(Path file) throws IOException {
        return Files.readAttributes(file, "unix:ino,ctime,size");
    }

    private IdentityFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @param file {@link KeyDirectory#logStore}
     * @throws IOException if it cannot be read or holds no identity; says what is wrong with it
     */
    public static IdentityFile open(Path file) throws IOException {
        IdentityFile opened = new IdentityFile(file);
        opened.seen = version(file);
        opened.current = opened.read();
        return opened;
    }

    /** The identities, newest first; those of before as long as the file is broken. */
    synchronized List<Identity> current() {
        Map<String, Object> now = Map.of();
        try {
            now = version(file);
            if (!now.equals(seen)) {
                current = read();
                seen = now;
                LOG.info("{} was read again: {} identities, newest first", file, current.size());
            }
            told = null;
        } catch (IOException e) {
            // Asked again next time: what failed may have been this process, or its rights.
            if (!now.equals(told)) {
                tell(e);
            }
            told = now;
        }
        return current;
    }

    private void tell(IOException e) {
        LOG.warn(
                "{} has changed and cannot be used: {}; what it held before stays in force: repair"
                        + " it before Jetty is started again",
                file,
                e.getMessage());
    }

    /** The certificate that is presented to a peer that has the same file. */
    public X509Certificate newest() {
        return current().get(0).certificate();
    }

    private List<Identity> read() throws IOException {
        if (Files.size(file) > BYTES_MAX) {
            throw new IOException("it has more than " + BYTES_MAX + " bytes");
        }
        List<Identity> identities = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD);
            for (String alias : Collections.list(store.aliases())) {
                if (KeyDirectory.idOf(alias) > 0
                        && store.getKey(alias, PASSWORD) instanceof PrivateKey key
                        && store.getCertificate(alias) instanceof X509Certificate certificate) {
                    identities.add(Identity.of(KeyDirectory.idOf(alias), key, certificate));
                }
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new IOException("it is no PKCS#12 store that can be read: " + e.getMessage(), e);
        }
        if (identities.isEmpty()) {
            throw new IOException("it holds no identity");
        }
        identities.sort(Comparator.comparing(Identity::id).reversed());
        return List.copyOf(identities);
    }
}
