package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Questions and answers about who has an address, in the way of either family. */
final class Neighbours {
    private static final int ICMP_AT = 54;
    private static final int SOURCE_AT = 22;
    private static final int ROUTER_SOLICITATION = 133;
    private static final int SOLICITATION = 135;

    private final PacketLab lab;

    Neighbours(PacketLab lab) {
        this.lab = lab;
    }

    private boolean four() {
        return lab.family == Family.IPV4;
    }

    /** One asks for the Ethernet address of another. */
    byte[] question(byte[] asking, byte[] asked) {
        if (four()) {
            return arp(NeighbourAnnouncer.REQUEST, asking, asked);
        }
        byte[] frame = NeighbourAnnouncer.advertisement(MacAddress.of(PacketLab.OWN_MAC), asked);
        ByteBuffer out = ByteBuffer.wrap(frame);
        out.put(SOURCE_AT, asking).put(ICMP_AT, (byte) SOLICITATION).putInt(ICMP_AT + 4, 0);
        out.put(ICMP_AT + 24, (byte) 1).putShort(ICMP_AT + 2, (short) 0);
        out.putShort(ICMP_AT + 2, (short) icmpv6Sum(frame));
        return frame;
    }

    /** A host asks for routers and tells its Ethernet address. Only IPv6 knows that. */
    byte[] routerQuestion(byte[] asking) {
        byte[] frame = Arrays.copyOf(question(asking, asking), ICMP_AT + 16);
        ByteBuffer out = ByteBuffer.wrap(frame).putShort(18, (short) 16);
        out.put(ICMP_AT, (byte) ROUTER_SOLICITATION).putShort(ICMP_AT + 2, (short) 0);
        out.putShort(ICMP_AT + 8, (short) 0x0101).put(ICMP_AT + 10, PacketLab.OWN_MAC);
        out.putShort(ICMP_AT + 2, (short) icmpv6Sum(frame));
        return frame;
    }

    /** One says that it has the address. */
    byte[] answer(byte[] address, byte[] told) {
        return four()
                ? arp(NeighbourAnnouncer.REPLY, address, told)
                : NeighbourAnnouncer.advertisement(MacAddress.of(PacketLab.OWN_MAC), address);
    }

    /** One claims the address by a question about it. */
    byte[] claim(byte[] address) {
        return question(four() ? address : new byte[address.length], address);
    }

    /** Who asks, as the frame says it. */
    byte[] asking(byte[] frame) {
        byte[] address = new byte[lab.family.service.length];
        ByteBuffer.wrap(frame).get(four() ? 28 : SOURCE_AT, address);
        return address;
    }

    private static byte[] arp(short operation, byte[] sender, byte[] target) {
        byte[] frame = NeighbourAnnouncer.arp(operation, MacAddress.of(PacketLab.OWN_MAC), sender);
        System.arraycopy(target, 0, frame, 38, 4);
        return frame;
    }

    /** The checksum of the ICMPv6 message in a frame; 0 if the one in it is right. */
    static int icmpv6Sum(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        int pseudo = 58 + frame.length - ICMP_AT + InternetChecksum.sum(in, SOURCE_AT, 32);
        return InternetChecksum.of(in, ICMP_AT, frame.length - ICMP_AT, pseudo) & 0xffff;
    }
}
