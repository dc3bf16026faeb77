package org.coralha.jetty.io.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/** Presents the identity that the handshake has agreed upon, or the newest one. */
final class PairKeys extends X509ExtendedKeyManager {
    private final List<Identity> identities;

    PairKeys(List<Identity> identities) {
        this.identities = identities;
    }

    private String agreed(Socket socket) {
        String name =
                socket instanceof SSLSocket tls ? tls.getHandshakeApplicationProtocol() : null;
        return named(name) == null ? identities.get(0).name() : name;
    }

    private Identity named(String name) {
        return identities.stream().filter(i -> i.name().equals(name)).findFirst().orElse(null);
    }

    private String ofType(Socket socket, String... keyTypes) {
        String name = agreed(socket);
        return List.of(keyTypes).contains(named(name).key().getAlgorithm()) ? name : null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return ofType(socket, keyTypes);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return ofType(socket, keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return identities.stream().map(Identity::name).toArray(String[]::new);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        Identity identity = named(alias);
        return identity == null ? null : new X509Certificate[] {identity.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        Identity identity = named(alias);
        return identity == null ? null : identity.key();
    }
}
