package org.coralha.kernel;

import org.coralha.kernel.jna.RawSocket;

/** Frames of a test's own making, sent on the client's cable. */
final class ClientCable implements AutoCloseable {
    private final RawSocket frames;
    private final byte[] own;
    private final byte[] router;

    ClientCable(TwoHosts hosts) {
        HostInterface port = hosts.client.call(() -> Interfaces.named("eth0"));
        own = port.mac().bytes();
        router = hosts.router.call(() -> Interfaces.named("to-client").mac().bytes());
        frames = hosts.client.call(() -> RawSocket.frames(port.index(), port.name()));
    }

    /** Sends to the service what seems to come from there; false if the cable had no room. */
    boolean send(byte[] address, int port, Segment segment) {
        byte[] service = TwoHosts.service().getAddress().getAddress();
        int servicePort = TwoHosts.service().getPort();
        byte[] frame = segment.between(own, address, port, service, servicePort).frame();
        System.arraycopy(router, 0, frame, 0, router.length);
        return frames.send(frame);
    }

    /** The same from a port of the client's own address. */
    void send(int port, Segment segment) {
        send(TwoHosts.clientAddress().getAddress(), port, segment);
    }

    @Override
    public void close() {
        frames.close();
    }
}
