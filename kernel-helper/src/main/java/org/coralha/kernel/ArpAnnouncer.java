package org.coralha.kernel;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.coralha.kernel.jna.RawSocket;

/**
 * Tells the network which Ethernet address an IP address has now. Some neighbours learn from a
 * gratuitous request, some from a reply: both are sent. Methods may be called by any one thread at
 * a time. The data plane lets the frames out only while this host owns the address.
 */
public final class ArpAnnouncer implements AutoCloseable {
    private static final int FRAME_BYTES = 42;
    private static final short ETHERTYPE_ARP = 0x0806;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short HARDWARE_ETHERNET = 1;
    private static final short REQUEST = 1;
    private static final short REPLY = 2;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

    private final RawSocket socket;
    private final MacAddress own;

    private ArpAnnouncer(RawSocket socket, MacAddress own) {
        this.socket = socket;
        this.own = own;
    }

    /**
     * Opens the socket that announces on an interface.
     *
     * @throws KernelException without CAP_NET_RAW
     */
    public static ArpAnnouncer open(HostInterface port) {
        return new ArpAnnouncer(RawSocket.frames(port.index(), port.name()), port.mac());
    }

    /**
     * Sends one gratuitous request and one reply for an IPv4 address. Does not block.
     *
     * @return false if a frame was held back: this host does not own the address, or the device's
     *     queue is full
     * @throws KernelException if the interface is down or gone
     */
    public boolean announce(InetAddress address) {
        boolean requested = socket.send(frame(REQUEST, own, address.getAddress()));
        boolean replied = socket.send(frame(REPLY, own, address.getAddress()));
        return requested && replied;
    }

    /** A gratuitous ARP frame. */
    static byte[] frame(short operation, MacAddress own, byte[] address) {
        byte[] target = operation == REPLY ? BROADCAST : new byte[MacAddress.BYTES];
        ByteBuffer out = ByteBuffer.allocate(FRAME_BYTES);
        out.put(BROADCAST).put(own.bytes()).putShort(ETHERTYPE_ARP);
        out.putShort(HARDWARE_ETHERNET).putShort(ETHERTYPE_IPV4);
        out.put((byte) MacAddress.BYTES).put((byte) address.length).putShort(operation);
        out.put(own.bytes()).put(Arrays.copyOf(address, 4)).put(target).put(address);
        return out.array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
