package org.coralha.witnessbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The stand-in to compare with: a witness that grants an epoch by one forced write and one
 * datagram. It has neither authentication nor a repetition; these cost microseconds.
 */
final class SmallVote {
    private static final int PORT = 7951;
    private static final int BYTES = 16;
    private static final int TIMEOUT_MS = 1000;

    private SmallVote() {}

    /** Serves for ever; in the witness. */
    static void serve(Path file) {
        try (DatagramSocket socket = new DatagramSocket(PORT);
                FileChannel disk =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            DatagramPacket packet = new DatagramPacket(new byte[BYTES], BYTES);
            long granted = 0;
            while (true) {
                socket.receive(packet);
                long epoch = ByteBuffer.wrap(packet.getData()).getLong();
                if (epoch > granted) {
                    granted = epoch;
                    disk.write(ByteBuffer.allocate(BYTES).putLong(epoch).clear(), 0);
                    disk.force(false);
                }
                socket.send(packet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("small vote at " + file, e);
        }
    }

    /** One vote; returns how long it took, in nanoseconds. */
    static long ask(DatagramSocket socket, long epoch) throws IOException {
        byte[] bytes = ByteBuffer.allocate(BYTES).putLong(epoch).array();
        socket.setSoTimeout(TIMEOUT_MS);
        long beganNanos = System.nanoTime();
        socket.send(
                new DatagramPacket(
                        bytes, BYTES, new InetSocketAddress(RaftStack.address("w"), PORT)));
        socket.receive(new DatagramPacket(new byte[BYTES], BYTES));
        return System.nanoTime() - beganNanos;
    }
}
