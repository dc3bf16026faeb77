package org.coralha.jetty.io.tls;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * One identity of the pair: both hosts hold it and each proves it to the other.
 *
 * @param id the newest has the highest, 1..255
 * @param name names it in the handshake; follows from the certificate alone
 * @param key its private key
 * @param certificate self-signed; trusted because it is in the store, for no other reason
 */
record Identity(int id, String name, PrivateKey key, X509Certificate certificate) {
    private static final int NAME_BYTES = 16;

    static Identity of(int id, PrivateKey key, X509Certificate certificate)
            throws GeneralSecurityException {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return new Identity(
                id, "coral-" + HexFormat.of().formatHex(hash, 0, NAME_BYTES), key, certificate);
    }
}
