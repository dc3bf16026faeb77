package org.coralha.heartbeat.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Asks the daemon of this host over its control socket. */
public final class ControlClient {
    /** Longest answer: a status is a few thousand bytes. */
    private static final int ANSWER_LIMIT_BYTES = 1 << 20;

    private static final int READ_BYTES = 16_384;

    /** Longer than a daemon that lives needs for those before this one, and for this one. */
    private static final long LIMIT_MS = 10_000;

    private ControlClient() {}

    /**
     * One command, one line of JSON; ten seconds at most, also if the daemon hangs.
     *
     * @throws IOException if no daemon answers, with the remedy
     */
    public static String ask(Path socket, String command) throws IOException {
        return ask(socket, command, LIMIT_MS);
    }

    /** As {@link #ask(Path, String)}, for so long at most. */
    static String ask(Path socket, String command, long limitMs) throws IOException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(socket)) && !channel.finishConnect()) {
                throw new IOException("too many wait for it");
            }
            channel.register(selector, SelectionKey.OP_READ);
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = read(channel, selector, endNs);
            if (answer.length == 0 || answer[answer.length - 1] != '\n') {
                throw new IOException(answer.length == 0 ? "no answer" : "answer cut short");
            }
            return new String(answer, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException(
                    "no coral-heartbeatd answers at "
                            + socket
                            + " ("
                            + e.getMessage()
                            + "): start it, run as root, or name its --run-dir",
                    e);
        }
    }

    private static byte[] read(SocketChannel channel, Selector selector, long endNs)
            throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(READ_BYTES);
        int count = channel.read(in);
        while (count >= 0 && answer.size() < ANSWER_LIMIT_BYTES) {
            answer.write(in.array(), 0, in.position());
            if (count == 0) {
                long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
                if (leftMs <= 0) {
                    throw new IOException("it hangs, no answer in time");
                }
                selector.select(leftMs);
                selector.selectedKeys().clear();
            }
            count = channel.read(in.clear());
        }
        return answer.toByteArray();
    }
}
