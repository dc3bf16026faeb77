package org.coralha.sim;

/**
 * A packet of a flow, by stream offsets. A client's bytes are known from their offsets, so only a
 * server's are carried.
 *
 * @param seq offset of the first byte
 * @param length bytes
 * @param bytes those of a server, null for a client's
 * @param ack what the sender has received; its peer's end counts one more
 * @param isn which connection of the server it belongs to, 0 in a client's first packet
 * @param flags of {@link #SYN}, {@link #FIN}, {@link #RST}, {@link #ORPHAN}
 */
record Packet(Flow flow, long seq, int length, byte[] bytes, long ack, int flags, long isn) {
    static final int SYN = 1;
    static final int FIN = 2;
    static final int RST = 4;

    /** Only between the hosts: the backup does not know the connection. */
    static final int ORPHAN = 8;

    /** This packet, marked as one of a connection that the backup does not know. */
    Packet orphan() {
        return new Packet(flow, seq, length, bytes, ack, flags | ORPHAN, isn);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    boolean isPureAck() {
        return length == 0 && flags == 0;
    }
}
