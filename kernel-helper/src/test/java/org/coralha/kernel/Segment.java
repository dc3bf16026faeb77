package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A TCP packet in an Ethernet frame, as a value: built, or read back from what a program made. It
 * is of IPv4 until {@link #between} gives it addresses of IPv6. Offsets are those of an IPv4 frame:
 * what follows the IP header is meant in either version.
 */
record Segment(byte[] frame) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int PSH = 8;
    static final int ACK = 16;

    /**
     * Marks of the pair: not replicated at the backup; a question to the primary, or its answer.
     */
    static final int ORPHAN = 2;

    static final int ASKS = 4;
    private static final int IP_AT = 14;
    private static final int TCP_AT = 34;

    /** What an IPv6 header has more. */
    private static final int SHIFT = 20;

    /** A segment with a valid checksum; addresses are set by {@link #between}. */
    static Segment of(int flags, long seq, long ack, byte[] options, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(TCP_AT + 20 + options.length + payload.length);
        out.position(12);
        out.putShort((short) 0x0800);
        out.put((byte) 0x45).put((byte) 0).putShort((short) (out.capacity() - IP_AT));
        out.putInt(0x4000).put((byte) 64).put((byte) 6).putShort((short) 0).putLong(0);
        out.putInt(0).putInt((int) seq).putInt((int) ack);
        out.put((byte) (((20 + options.length) / 4) << 4)).put((byte) flags);
        out.putShort((short) 500).putInt(0).put(options).put(payload);
        return new Segment(out.array());
    }

    /** Options: two NOPs and a timestamp. */
    static byte[] timestamp(long value, long echo) {
        return ByteBuffer.allocate(12)
                .putInt(0x0101080a)
                .putInt((int) value)
                .putInt((int) echo)
                .array();
    }

    /** Options: SACK blocks before a timestamp, in an order that no stack uses by itself. */
    static byte[] sackThenTimestamp(long value, long echo, long... edges) {
        ByteBuffer out = ByteBuffer.allocate((2 + edges.length * 4 + 10 + 3) / 4 * 4);
        out.put((byte) 5).put((byte) (2 + edges.length * 4));
        for (long edge : edges) {
            out.putInt((int) edge);
        }
        out.put((byte) 8).put((byte) 10).putInt((int) value).putInt((int) echo);
        return out.array();
    }

    Segment between(byte[] sourceMac, byte[] source, int sourcePort, byte[] target, int port) {
        byte[] copy = source.length == 4 || isIpv6() ? frame.clone() : ipv6();
        ByteBuffer out = ByteBuffer.wrap(copy);
        int tcpAt = tcpAt(copy);
        out.put(6, sourceMac);
        out.put(tcpAt - 2 * source.length, source).put(tcpAt - source.length, target);
        out.putShort(tcpAt, (short) sourcePort).putShort(tcpAt + 2, (short) port);
        if (source.length == 4) {
            out.putShort(24, (short) 0).putShort(24, checksum(copy, IP_AT, 20, 0));
        }
        out.putShort(tcpAt + 16, (short) 0).putShort(tcpAt + 16, tcpChecksum(copy));
        return new Segment(copy);
    }

    /** The same under an IPv6 header, still without addresses. */
    private byte[] ipv6() {
        ByteBuffer out = ByteBuffer.allocate(frame.length + SHIFT);
        out.put(frame, 0, 12).putShort((short) 0x86dd).putInt(0x6000_0000);
        out.putShort((short) (frame.length - TCP_AT)).put((byte) 6).put((byte) 64);
        out.position(TCP_AT + SHIFT).put(frame, TCP_AT, frame.length - TCP_AT);
        return out.array();
    }

    private static boolean isIpv6(byte[] frame) {
        return (frame[12] & 0xff) == 0x86;
    }

    boolean isIpv6() {
        return isIpv6(frame);
    }

    private static int tcpAt(byte[] frame) {
        return isIpv6(frame) ? TCP_AT + SHIFT : TCP_AT;
    }

    /** With extension headers between those of IPv6 and TCP. */
    Segment behind(int kind, byte[] extensions) {
        ByteBuffer out = ByteBuffer.allocate(frame.length + extensions.length);
        int tcpAt = tcpAt(frame);
        out.put(frame, 0, tcpAt).put(extensions).put(frame, tcpAt, frame.length - tcpAt);
        out.putShort(18, (short) (out.capacity() - tcpAt)).put(20, (byte) kind);
        return new Segment(out.array());
    }

    /** Without the extension headers that {@link #behind} has put in. */
    Segment without(byte[] extensions) {
        ByteBuffer out = ByteBuffer.allocate(frame.length - extensions.length);
        int tcpAt = tcpAt(frame);
        out.put(frame, 0, tcpAt);
        out.put(frame, tcpAt + extensions.length, frame.length - tcpAt - extensions.length);
        return new Segment(out.array());
    }

    Segment with(int at, int value) {
        byte[] copy = frame.clone();
        copy[place(at)] = (byte) value;
        return new Segment(copy);
    }

    /** With marks of the pair. */
    Segment marked(int marks) {
        return with(46, frame[place(46)] | marks);
    }

    private int place(int at) {
        return at < TCP_AT || !isIpv6() ? at : at + SHIFT;
    }

    /** As the first of several fragments. */
    Segment firstFragment() {
        byte[] header = {6, 0, 0, 1, 0, 0, 0, 9};
        return isIpv6() ? behind(44, header) : with(20, 0x20);
    }

    /** With that time to live or hop limit. */
    Segment ttl(int ttl) {
        return isIpv6() ? with(21, ttl) : with(22, ttl);
    }

    /** With another window than 500. */
    Segment window(int window) {
        return with(48, window >> 8).with(49, window);
    }

    /** As a stack hands it over that leaves the checksum to a card. */
    Segment checksumLeftToCard() {
        byte[] copy = frame.clone();
        short sum = (short) ~checksum(copy, TCP_AT, 0, pseudo(copy));
        ByteBuffer.wrap(copy).putShort(tcpAt(copy) + 16, sum);
        return new Segment(copy);
    }

    /** The same with one bit turned over. */
    Segment flipped(int at, int bit) {
        return with(at, frame[place(at)] ^ 1 << bit);
    }

    private static int pseudo(byte[] frame) {
        int tcpAt = tcpAt(frame);
        int sum = 6 + frame.length - tcpAt;
        for (int at = tcpAt - (isIpv6(frame) ? 32 : 8); at < tcpAt; at += 2) {
            sum += (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
        }
        return sum;
    }

    private static short tcpChecksum(byte[] frame) {
        return checksum(frame, tcpAt(frame), frame.length - tcpAt(frame), pseudo(frame));
    }

    private static short checksum(byte[] data, int from, int length, int start) {
        long sum = start;
        for (int i = 0; i < length; i++) {
            sum += (data[from + i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }

    /** True if IP header and complete TCP checksum are right. */
    boolean valid() {
        return (isIpv6() || checksum(frame, IP_AT, 20, 0) == 0) && tcpChecksum(frame) == 0;
    }

    long seq() {
        return word(38);
    }

    long ack() {
        return word(42);
    }

    int flags() {
        return frame[place(47)] & 0xff;
    }

    int window() {
        return (frame[place(48)] & 0xff) << 8 | (frame[place(49)] & 0xff);
    }

    /** The nibble after the header length. */
    int reserved() {
        return frame[place(46)] & 0xf;
    }

    int ttl() {
        return frame[isIpv6() ? 21 : 22] & 0xff;
    }

    byte[] addressesAndPorts() {
        int tcpAt = tcpAt(frame);
        return Arrays.copyOfRange(frame, tcpAt - (isIpv6() ? 32 : 8), tcpAt + 4);
    }

    /** From the TCP header on. */
    byte[] tcp() {
        return Arrays.copyOfRange(frame, tcpAt(frame), frame.length);
    }

    /** Bytes of a frame with this content in IPv4. */
    int length() {
        return isIpv6() ? frame.length - SHIFT : frame.length;
    }

    byte[] targetMac() {
        return Arrays.copyOf(frame, 6);
    }

    /** The unsigned word at an offset of the TCP options. */
    long option(int at) {
        return word(TCP_AT + 20 + at);
    }

    private long word(int at) {
        return ByteBuffer.wrap(frame).getInt(place(at)) & 0xffff_ffffL;
    }
}
