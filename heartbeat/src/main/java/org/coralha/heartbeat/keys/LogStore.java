package org.coralha.heartbeat.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.coralha.pair.keys.KeyDirectory;

/** What lies in {@code log.p12}: the certificates by the number of their identity. */
final class LogStore {
    private LogStore() {}

    /**
     * The certificates of all identities.
     *
     * @throws IOException if it cannot be read, is no store, or holds something else
     */
    static Map<Integer, X509Certificate> identities(Path file) throws IOException {
        Map<Integer, X509Certificate> identities = new TreeMap<>();
        try (var in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, KeyDirectory.STORE_PASSWORD.toCharArray());
            for (String alias : Collections.list(store.aliases())) {
                identities.put(id(store, alias), (X509Certificate) store.getCertificate(alias));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (identities.isEmpty()) {
            throw new IOException("no identity in it");
        }
        return identities;
    }

    private static int id(KeyStore store, String alias) throws IOException, KeyStoreException {
        int id = KeyDirectory.idOf(alias);
        if (id == 0 || !store.isKeyEntry(alias)) {
            throw new IOException("entry " + alias + " is no identity of the pair");
        }
        return id;
    }
}
