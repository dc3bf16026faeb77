package org.coralha.jetty.io.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts exactly the certificates of the pair, byte for byte. Their dates are not asked for: they
 * are looked at when Jetty starts, and a pair that works is not to end with a date or a clock.
 */
final class PairTrust extends X509ExtendedTrustManager {
    private static final X509Certificate[] NO_ISSUERS = {};

    private final List<Identity> identities;

    PairTrust(List<Identity> identities) {
        this.identities = identities;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        if (chain == null || chain.length != 1) {
            throw new CertificateException("not one certificate, as the pair's hosts present");
        }
        for (Identity identity : identities) {
            if (identity.certificate().equals(chain[0])) {
                return;
            }
        }
        throw new CertificateException("the certificate is not in this host's key directory");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return NO_ISSUERS;
    }
}
