package org.coralha.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Builds synthetic captures of one flow between 10.0.0.1:40000 and the service 10.0.0.2:80. */
final class Frames {
    static final String SERVICE = "10.0.0.2:80";
    static final int CLIENT_PORT = 40000;

    private final List<byte[]> frames = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private int clientPort = CLIENT_PORT;
    private long timeMicros;
    private long stepMicros = 100_000;
    private long clientSeq = 0xfffffff0L;
    private long serviceSeq = 5000;
    private int timestamp = 100;
    private int host = 1;
    private int generation = 1;

    /** Handshake of the flow. */
    Frames handshake() {
        client(Segment.SYN, 0, 0);
        clientSeq++;
        service(Segment.SYN | Segment.ACK, 0, 0);
        serviceSeq++;
        return client(Segment.ACK, 0, 0);
    }

    /** The service's initial sequence number. */
    Frames numberedFrom(long initial) {
        serviceSeq = initial;
        return this;
    }

    /** The next connection from the same port, with other numbers of the client. */
    Frames again() {
        clientSeq += 1_000_000;
        return this;
    }

    /** What follows is of the connection from that port. */
    Frames fromPort(int port) {
        clientPort = port;
        return this;
    }

    /** Client bytes, in order. */
    Frames request(int bytes) {
        client(Segment.ACK, bytes, 0);
        clientSeq += bytes;
        return this;
    }

    /** Service bytes, in order. */
    Frames reply(int bytes) {
        service(Segment.ACK, bytes, 0);
        serviceSeq += bytes;
        return this;
    }

    Frames client(int flags, int bytes, int seqShift) {
        add(frame(true, flags, clientSeq + seqShift, serviceSeq, bytes, timestamp));
        return this;
    }

    Frames service(int flags, int bytes, int seqShift) {
        timestamp++;
        add(frame(false, flags, serviceSeq + seqShift, clientSeq, bytes, timestamp));
        return this;
    }

    /** An acknowledgement with SACK blocks, in pairs of shifts from the client's next byte. */
    Frames serviceSacking(int... shifts) {
        byte[] plain = frame(false, Segment.ACK, serviceSeq, clientSeq, 0, ++timestamp);
        byte[] with = Arrays.copyOf(plain, plain.length + 4 + shifts.length * 4);
        int option = plain.length;
        with[46] = (byte) ((with.length - 34) / 4 << 4);
        with[17] = (byte) (with.length - 14);
        with[option] = 1;
        with[option + 1] = 1;
        with[option + 2] = 5;
        with[option + 3] = (byte) (2 + shifts.length * 4);
        for (int i = 0; i < shifts.length; i++) {
            ByteBuffer.wrap(with).putInt(option + 4 + i * 4, (int) clientSeq + shifts[i]);
        }
        seal(with);
        add(with);
        return this;
    }

    /** The service's next segment, empty, echoes this timestamp of the client. */
    Frames serviceEchoing(int stamp) {
        byte[] frame = frame(false, Segment.ACK, serviceSeq, clientSeq, 0, ++timestamp);
        ByteBuffer.wrap(frame).putInt(62, stamp);
        seal(frame);
        add(frame);
        return this;
    }

    private static void seal(byte[] frame) {
        ByteBuffer out = ByteBuffer.wrap(frame);
        int tcpBytes = frame.length - 34;
        out.putShort(24, (short) 0).putShort(50, (short) 0);
        out.putShort(24, (short) ~InternetChecksum.fold(InternetChecksum.add(0, frame, 14, 20)));
        long sum = InternetChecksum.add(0, frame, 26, 8) + 6 + tcpBytes;
        sum = InternetChecksum.add(sum, frame, 34, tcpBytes);
        out.putShort(50, (short) ~InternetChecksum.fold(sum));
    }

    Frames serviceAcking(int ackShift) {
        return serviceAcking(ackShift, Segment.ACK);
    }

    Frames serviceAcking(int ackShift, int flags) {
        add(frame(false, flags, serviceSeq, clientSeq + ackShift, 0, ++timestamp));
        return this;
    }

    /** The last frame is without its timestamps. */
    Frames unstamped() {
        byte[] last = frames.get(frames.size() - 1);
        Arrays.fill(last, 54, 66, (byte) 1);
        seal(last);
        return this;
    }

    /** What follows comes almost at the same time as what was before. */
    Frames quickly() {
        stepMicros = 10;
        return this;
    }

    /** The service's packets come from this host of the pair from now on, 1 or 2. */
    Frames from(int newHost) {
        host = newHost;
        return this;
    }

    /** What the service sends from now on are other bytes than it sent before. */
    Frames otherGeneration() {
        generation++;
        return this;
    }

    /** Time passes without a packet. */
    Frames pause(int ms) {
        timeMicros += ms * 1000L;
        return this;
    }

    /** The service has sent bytes that the capture does not have. */
    Frames unseenReply(int bytes) {
        serviceSeq += bytes;
        return this;
    }

    private void add(byte[] frame) {
        timeMicros += stepMicros;
        frames.add(frame);
        times.add(timeMicros);
    }

    Frames timestampJumps(int by) {
        timestamp += by;
        return this;
    }

    /** Flips a bit of the last frame at this offset, from its end if negative. */
    Frames damage(int offset) {
        byte[] last = frames.get(frames.size() - 1);
        last[offset < 0 ? last.length + offset : offset] ^= 1;
        return this;
    }

    /** Makes the last frame's checksum that of the pseudo header only. */
    Frames offloaded() {
        byte[] last = frames.get(frames.size() - 1);
        long pseudo = InternetChecksum.add(0, last, 26, 8) + 6 + (last.length - 34);
        ByteBuffer.wrap(last).putShort(50, (short) InternetChecksum.fold(pseudo));
        return this;
    }

    private byte[] frame(boolean fromClient, int flags, long seq, long ack, int bytes, int tsVal) {
        int tcpBytes = 32 + bytes;
        ByteBuffer out = ByteBuffer.allocate(14 + 20 + tcpBytes);
        out.put(11, (byte) (fromClient ? 0 : host)).putShort(12, (short) 0x0800);
        out.put(14, (byte) 0x45).putShort(16, (short) (20 + tcpBytes));
        out.put(22, (byte) 64).put(23, (byte) 6);
        out.putInt(26, fromClient ? 0x0a000001 : 0x0a000002);
        out.putInt(30, fromClient ? 0x0a000002 : 0x0a000001);
        out.putShort(34, (short) (fromClient ? clientPort : 80));
        out.putShort(36, (short) (fromClient ? 80 : clientPort));
        out.putInt(38, (int) seq).putInt(42, (int) ack);
        out.put(46, (byte) (8 << 4)).put(47, (byte) flags);
        out.put(54, (byte) 1).put(55, (byte) 1).put(56, (byte) 8).put(57, (byte) 10);
        out.putInt(58, tsVal);
        for (int i = 0; i < bytes; i++) {
            out.put(66 + i, (byte) ((seq + i) * 7 + generation));
        }
        seal(out.array());
        return out.array();
    }

    /** The capture as a file's bytes. */
    byte[] pcap(ByteOrder order, int snapBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(24).order(order);
        header.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4);
        header.putInt(0).putInt(0).putInt(65535).putInt(1);
        out.writeBytes(header.array());
        for (int i = 0; i < frames.size(); i++) {
            byte[] frame = frames.get(i);
            int captured = Math.min(snapBytes, frame.length);
            ByteBuffer record = ByteBuffer.allocate(16 + captured).order(order);
            record.putInt((int) (times.get(i) / 1_000_000));
            record.putInt((int) (times.get(i) % 1_000_000)).putInt(captured).putInt(frame.length);
            record.put(frame, 0, captured);
            out.writeBytes(record.array());
        }
        return out.toByteArray();
    }
}
