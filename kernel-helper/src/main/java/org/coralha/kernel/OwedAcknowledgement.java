package org.coralha.kernel;

import java.nio.ByteBuffer;

/**
 * What own stack has taken from a client and not told it, because the peer that replicates the flow
 * had not taken it: strict acknowledgement. Once the peer is given up it can be told. Nobody else
 * would: own stack believes that it has, and the client repeats what it sent only when its timer
 * runs out.
 *
 * @param macs Ethernet addresses of own stack's last packet, target first
 * @param addresses service's and client's address, 4 or 16 bytes each
 * @param ports service's and client's port
 * @param flags of the guard
 * @param ack what own stack has taken
 * @param toldAck what the client was told
 * @param edge right edge of own stack's window
 * @param toldEdge right edge that the client was told
 * @param next own stack's next sequence number
 * @param scale shift of own stack's window
 * @param timestamp of own stack's last packet
 * @param echo the timestamp that it echoed
 */
record OwedAcknowledgement(
        byte[] macs,
        byte[] addresses,
        byte[] ports,
        int flags,
        int ack,
        int toldAck,
        int edge,
        int toldEdge,
        int next,
        int scale,
        int timestamp,
        int echo) {
    private static final int MACS_BYTES = 12;
    private static final int IP_AT = 14;
    private static final int IPV4_CHECKSUM_AT = IP_AT + 10;
    private static final int IPV4_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int TCP_CHECKSUM_AT = 16;
    private static final int TCP_BYTES = 20;
    private static final int TIMESTAMP_BYTES = 12;
    private static final int NOP_NOP_TIMESTAMP = 0x0101080a;
    private static final short ETHERTYPE_IPV4 = 0x0800;
    private static final short ETHERTYPE_IPV6 = (short) 0x86dd;
    private static final int VERSION_AND_LENGTH = 0x45;
    private static final int VERSION_6 = 0x6000_0000;
    private static final int DO_NOT_FRAGMENT = 0x4000;
    private static final int TTL = 64;
    private static final int PROTOCOL_TCP = 6;
    private static final int FLAG_ACK = 0x10;
    private static final int WINDOW_LIMIT = 65_535;
    private static final int SCALE_MASK = 15;

    /** Reads an entry of the map of guarded flows. */
    static OwedAcknowledgement read(ByteBuffer keys, int keyAt, ByteBuffer values, int valueAt) {
        byte[] macs = new byte[MACS_BYTES];
        byte[] ports = new byte[4];
        values.get(valueAt + PinLayout.GUARD_MACS, macs);
        keys.get(keyAt + PinLayout.FLOW_KEY_SERVICE_PORT, ports);
        return new OwedAcknowledgement(
                macs,
                addresses(keys, keyAt),
                ports,
                values.getInt(valueAt + PinLayout.GUARD_FLAGS),
                values.getInt(valueAt + PinLayout.GUARD_ACK_OWN),
                values.getInt(valueAt + PinLayout.GUARD_ACK_TOLD),
                values.getInt(valueAt + PinLayout.GUARD_EDGE_OWN),
                values.getInt(valueAt + PinLayout.GUARD_EDGE_TOLD),
                values.getInt(valueAt + PinLayout.GUARD_OWN_NEXT),
                values.getInt(valueAt + PinLayout.GUARD_OWN_SCALE) & SCALE_MASK,
                values.getInt(valueAt + PinLayout.GUARD_TS_VALUE),
                values.getInt(valueAt + PinLayout.GUARD_TS_ECHO));
    }

    private static byte[] addresses(ByteBuffer keys, int keyAt) {
        byte[] service = new byte[MappedAddress.BYTES];
        byte[] client = new byte[MappedAddress.BYTES];
        keys.get(keyAt, service);
        keys.get(keyAt + PinLayout.FLOW_KEY_CLIENT, client);
        byte[] first = MappedAddress.onTheWire(service);
        byte[] second = MappedAddress.onTheWire(client);
        return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** True if the client waits for bytes to be acknowledged, or for room it does not know of. */
    boolean isOwed() {
        int grown = edge - toldEdge;
        boolean reopened = grown > 0 && grown >= toldEdge - toldAck;
        return has(PinLayout.FLAG_MACS)
                && !has(PinLayout.FLAG_RESET)
                && (ack - toldAck > 0 || reopened);
    }

    /** Own stack's acknowledgement as a whole Ethernet frame. */
    byte[] frame() {
        boolean four = addresses.length == 2 * MappedAddress.IPV4_BYTES;
        int tcpAt = IP_AT + (four ? IPV4_BYTES : IPV6_BYTES);
        int options = has(PinLayout.FLAG_TIMESTAMPS) ? TIMESTAMP_BYTES : 0;
        ByteBuffer out = ByteBuffer.allocate(tcpAt + TCP_BYTES + options);
        out.put(macs);
        if (four) {
            putIpv4(out);
        } else {
            putIpv6(out, TCP_BYTES + options);
        }
        putTcp(out, options);
        int addressesAt = tcpAt - addresses.length;
        int tcpBytes = TCP_BYTES + options;
        int pseudo =
                PROTOCOL_TCP + tcpBytes + InternetChecksum.sum(out, addressesAt, addresses.length);
        out.putShort(tcpAt + TCP_CHECKSUM_AT, InternetChecksum.of(out, tcpAt, tcpBytes, pseudo));
        return out.array();
    }

    private void putIpv4(ByteBuffer out) {
        out.putShort(ETHERTYPE_IPV4);
        out.put((byte) VERSION_AND_LENGTH).put((byte) 0).putShort((short) (out.capacity() - IP_AT));
        out.putShort((short) 0).putShort((short) DO_NOT_FRAGMENT);
        out.put((byte) TTL).put((byte) PROTOCOL_TCP).putShort((short) 0).put(addresses);
        out.putShort(IPV4_CHECKSUM_AT, InternetChecksum.of(out, IP_AT, IPV4_BYTES, 0));
    }

    private void putIpv6(ByteBuffer out, int tcpBytes) {
        out.putShort(ETHERTYPE_IPV6).putInt(VERSION_6).putShort((short) tcpBytes);
        out.put((byte) PROTOCOL_TCP).put((byte) TTL).put(addresses);
    }

    private void putTcp(ByteBuffer out, int options) {
        out.put(ports).putInt(next).putInt(ack);
        out.put((byte) ((TCP_BYTES + options) / 4 << 4)).put((byte) FLAG_ACK);
        // What the client was told once is never taken back.
        int room = (edge - toldEdge > 0 ? edge : toldEdge) - ack;
        int window = Math.max(0, room) >> scale;
        out.putShort((short) Math.min(window, WINDOW_LIMIT)).putInt(0);
        if (options > 0) {
            out.putInt(NOP_NOP_TIMESTAMP).putInt(timestamp).putInt(echo);
        }
    }
}
