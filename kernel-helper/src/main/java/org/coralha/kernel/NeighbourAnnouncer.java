package org.coralha.kernel;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.coralha.kernel.jna.RawSocket;

/**
 * Tells the network which Ethernet address an IP address has now. Of IPv4, some neighbours learn
 * from a gratuitous ARP request, some from a reply: both are sent. Of IPv6, one unsolicited
 * neighbour advertisement to all nodes overrides what they had. Methods may be called by any one
 * thread at a time. The data plane lets the frames out only while this host owns the address.
 */
public final class NeighbourAnnouncer implements AutoCloseable {
    static final short REQUEST = 1;
    static final short REPLY = 2;
    private static final int ARP_FRAME_BYTES = 42;
    private static final short ETHERTYPE_ARP = 0x0806;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short ETHERTYPE_IPV6 = (short) 0x86dd;
    private static final short HARDWARE_ETHERNET = 1;
    private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};
    private static final byte[] ALL_NODES_MAC = {0x33, 0x33, 0, 0, 0, 1};
    private static final byte[] ALL_NODES = {-1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int IP_AT = 14;
    private static final int IPV6_BYTES = 40;
    private static final int ADDRESSES_AT = IP_AT + 8;
    private static final int ICMP_AT = IP_AT + IPV6_BYTES;
    private static final int ICMP_BYTES = 32;
    private static final int VERSION_6 = 0x6000_0000;
    private static final int PROTOCOL_ICMPV6 = 58;
    private static final int ADVERTISEMENT = 136;
    private static final int OVERRIDE = 0x2000_0000;
    private static final short TARGET_MAC_OPTION = 0x0201;

    private final RawSocket socket;
    private final MacAddress own;

    private NeighbourAnnouncer(RawSocket socket, MacAddress own) {
        this.socket = socket;
        this.own = own;
    }

    /**
     * Opens the socket that announces on an interface.
     *
     * @throws KernelException without CAP_NET_RAW
     */
    public static NeighbourAnnouncer open(HostInterface port) {
        return new NeighbourAnnouncer(RawSocket.frames(port.index(), port.name()), port.mac());
    }

    /**
     * Announces an address once, in the way of its family. Does not block.
     *
     * @return false if a frame was held back: this host does not own the address, or the device's
     *     queue is full
     * @throws KernelException if the interface is down or gone
     */
    public boolean announce(InetAddress address) {
        byte[] raw = address.getAddress();
        List<byte[]> frames =
                raw.length == MappedAddress.IPV4_BYTES
                        ? List.of(arp(REQUEST, own, raw), arp(REPLY, own, raw))
                        : List.of(advertisement(own, raw));
        boolean sent = true;
        for (byte[] frame : frames) {
            sent &= socket.send(frame);
        }
        return sent;
    }

    /** A gratuitous ARP frame. */
    static byte[] arp(short operation, MacAddress own, byte[] address) {
        byte[] target = operation == REPLY ? BROADCAST : new byte[MacAddress.BYTES];
        ByteBuffer out = ByteBuffer.allocate(ARP_FRAME_BYTES);
        out.put(BROADCAST).put(own.bytes()).putShort(ETHERTYPE_ARP);
        out.putShort(HARDWARE_ETHERNET).putShort(ETHERTYPE_IPV4);
        out.put((byte) MacAddress.BYTES).put((byte) address.length).putShort(operation);
        out.put(own.bytes()).put(Arrays.copyOf(address, 4)).put(target).put(address);
        return out.array();
    }

    /** An unsolicited neighbour advertisement: RFC 4861, section 7.2.6. */
    static byte[] advertisement(MacAddress own, byte[] address) {
        ByteBuffer out = ByteBuffer.allocate(ICMP_AT + ICMP_BYTES);
        out.put(ALL_NODES_MAC).put(own.bytes()).putShort(ETHERTYPE_IPV6);
        out.putInt(VERSION_6).putShort((short) ICMP_BYTES);
        out.put((byte) PROTOCOL_ICMPV6).put((byte) 255).put(address).put(ALL_NODES);
        out.put((byte) ADVERTISEMENT).put((byte) 0).putShort((short) 0).putInt(OVERRIDE);
        out.put(address).putShort(TARGET_MAC_OPTION).put(own.bytes());
        int pseudo =
                PROTOCOL_ICMPV6
                        + ICMP_BYTES
                        + InternetChecksum.sum(out, ADDRESSES_AT, ICMP_AT - ADDRESSES_AT);
        out.putShort(ICMP_AT + 2, InternetChecksum.of(out, ICMP_AT, ICMP_BYTES, pseudo));
        return out.array();
    }

    @Override
    public void close() {
        socket.close();
    }
}
