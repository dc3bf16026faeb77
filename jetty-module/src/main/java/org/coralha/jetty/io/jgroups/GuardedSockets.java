package org.coralha.jetty.io.jgroups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.coralha.jetty.io.tls.PairTls;
import org.coralha.jetty.io.tls.Refusals;
import org.coralha.jetty.io.tls.TlsServerSocket;
import org.jgroups.util.DefaultSocketFactory;

/**
 * The channel's sockets: those of the two hosts of the pair, after both have proven who they are.
 * JGroups sees no byte of anybody else. Sockets of other kinds, which the stack does not need, are
 * not to be had.
 */
final class GuardedSockets extends DefaultSocketFactory {
    private final PairTls tls;
    private final Set<InetAddress> allowed;
    private final Refusals refusals;

    GuardedSockets(PairTls tls, Set<InetAddress> allowed, Refusals refusals) {
        this.tls = tls;
        this.allowed = allowed;
        this.refusals = refusals;
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        return new TlsServerSocket(tls, allowed, refusals);
    }

    @Override
    public Socket createSocket(String service) {
        return TlsServerSocket.unconnected(tls, refusals);
    }

    @Override
    public ServerSocketChannel createServerSocketChannel(String service) throws IOException {
        throw notOfTheStack(service);
    }

    @Override
    public SocketChannel createSocketChannel(String service) throws IOException {
        throw notOfTheStack(service);
    }

    private static SocketException notOfTheStack(String service) {
        return new SocketException("the reply log has no authenticated socket for " + service);
    }
}
