package org.coralha.jetty.io.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Makes TLS 1.3 sessions in which both sides prove an identity of the pair.
 *
 * <p>Which one, if the file holds several: the client names all that it has (in the extension for
 * application protocols), the server picks the newest that it has as well, and both present that
 * one. So hosts whose files differ by a rotation still talk, whoever calls.
 *
 * <p>Every handshake has a context of its own. No session is ever resumed: that would admit a peer
 * whose certificate has left the file meanwhile.
 */
public final class PairTls {
    private static final String PROTOCOL = "TLSv1.3";

    /** The first is the fastest where the processor has AES; all are as good for this. */
    private static final String[] CIPHERS = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    private final IdentityFile file;

    /**
     * @param file asked anew for each handshake
     */
    public PairTls(IdentityFile file) {
        this.file = file;
    }

    /**
     * A session over a connected socket; the handshake has not begun.
     *
     * @param tcp its streams are taken now
     * @param client true at the side that connected
     */
    SSLSocket over(Socket tcp, boolean client) throws IOException {
        List<Identity> identities = file.current();
        List<String> names = identities.stream().map(Identity::name).toList();
        SSLSocket tls = layered(tcp, identities, new PairTrust(identities));
        tls.setUseClientMode(client);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        parameters.setCipherSuites(CIPHERS);
        if (client) {
            parameters.setApplicationProtocols(names.toArray(String[]::new));
        } else {
            parameters.setNeedClientAuth(true);
            tls.setHandshakeApplicationProtocolSelector(
                    (session, offered) -> newestOf(names, offered));
        }
        tls.setSSLParameters(parameters);
        return tls;
    }

    /** Null, which ends the handshake, if there is none in common. */
    private static String newestOf(List<String> names, List<String> offered) {
        return names.stream().filter(offered::contains).findFirst().orElse(null);
    }

    static SSLSocket layered(Socket tcp, List<Identity> identities, TrustManager trust)
            throws IOException {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(
                    new KeyManager[] {new PairKeys(identities)}, new TrustManager[] {trust}, null);
            return (SSLSocket) context.getSocketFactory().createSocket(tcp, null, true);
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java has no " + PROTOCOL + ": " + e.getMessage(), e);
        }
    }
}
