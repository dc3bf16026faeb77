package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A TCP packet in an Ethernet frame, as a value: built, or read back from what a program made. */
record Segment(byte[] frame) {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;
    private static final int IP_AT = 14;
    private static final int TCP_AT = 34;

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
        byte[] copy = frame.clone();
        ByteBuffer out = ByteBuffer.wrap(copy);
        out.put(6, sourceMac).put(26, source).put(30, target);
        out.putShort(34, (short) sourcePort).putShort(36, (short) port);
        out.putShort(24, (short) 0).putShort(24, checksum(copy, IP_AT, 20, 0));
        out.putShort(50, (short) 0).putShort(50, tcpChecksum(copy));
        return new Segment(copy);
    }

    Segment with(int at, int value) {
        byte[] copy = frame.clone();
        copy[at] = (byte) value;
        return new Segment(copy);
    }

    /** With another window than 500. */
    Segment window(int window) {
        return with(48, window >> 8).with(49, window);
    }

    /** As a stack hands it over that leaves the checksum to a card. */
    Segment checksumLeftToCard() {
        byte[] copy = frame.clone();
        short sum = (short) ~checksum(copy, TCP_AT, 0, pseudo(copy));
        ByteBuffer.wrap(copy).putShort(50, sum);
        return new Segment(copy);
    }

    /** The same with one bit turned over. */
    Segment flipped(int at, int bit) {
        return with(at, frame[at] ^ 1 << bit);
    }

    private static int pseudo(byte[] frame) {
        int sum = 6 + frame.length - TCP_AT;
        for (int at = 26; at < 34; at += 2) {
            sum += (frame[at] & 0xff) << 8 | (frame[at + 1] & 0xff);
        }
        return sum;
    }

    private static short tcpChecksum(byte[] frame) {
        return checksum(frame, TCP_AT, frame.length - TCP_AT, pseudo(frame));
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
        return checksum(frame, IP_AT, 20, 0) == 0 && tcpChecksum(frame) == 0;
    }

    long seq() {
        return word(38);
    }

    long ack() {
        return word(42);
    }

    int flags() {
        return frame[47] & 0xff;
    }

    int window() {
        return (frame[48] & 0xff) << 8 | (frame[49] & 0xff);
    }

    /** The nibble after the header length. */
    int reserved() {
        return frame[46] & 0xf;
    }

    int ttl() {
        return frame[22] & 0xff;
    }

    byte[] targetMac() {
        return Arrays.copyOf(frame, 6);
    }

    /** The unsigned word at an offset of the TCP options. */
    long option(int at) {
        return word(TCP_AT + 20 + at);
    }

    private long word(int at) {
        return ByteBuffer.wrap(frame).getInt(at) & 0xffff_ffffL;
    }
}
