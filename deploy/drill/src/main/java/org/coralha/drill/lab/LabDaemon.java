package org.coralha.drill.lab;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.json.Json;

/**
 * A daemon of the lab, spoken to at its socket without the processes that coralctl and the lab's
 * shell verbs start: those take the processors that the pair under test needs.
 */
public final class LabDaemon {
    private static final Path LAB = Path.of("/var/lib/coral-lab");
    private static final Json DOWN = Json.parse("{\"role\":\"DOWN\",\"epoch\":0}");
    private static final long RETRY_MS = 50;
    private static final long ANSWER_LIMIT_MS = 5000;
    private static final int ANSWER_LIMIT_BYTES = 1 << 20;

    private LabDaemon() {}

    /** The daemon's status document; one with the role DOWN if nobody answers within 5 s. */
    public static Json status(String host) {
        try {
            Json status = ask(host, "status");
            return status.get("role").isPresent() ? status : DOWN;
        } catch (LabException e) {
            return DOWN;
        }
    }

    /**
     * Gives the order until it is accepted.
     *
     * @throws LabException if it is not within that time, with the reason
     */
    public static void give(String host, String order, long limitMs) {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (true) {
            Json answer = ask(host, order);
            if (answer.get("accepted").isPresent()) {
                return;
            }
            if (System.nanoTime() - endNs > 0) {
                throw new LabException("order " + order + " at host " + host + ": " + answer);
            }
            Lab.pause(RETRY_MS);
        }
    }

    private static Json ask(String host, String order) {
        Path socket = LAB.resolve(host + "/run/control.sock");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((order + "\n").getBytes(StandardCharsets.UTF_8)));
            return Json.parse(answer(channel).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new LabException("no daemon answers at " + socket, e);
        }
    }

    /** All that comes until the daemon closes. */
    private static String answer(SocketChannel channel) throws IOException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_LIMIT_MS);
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_LIMIT_BYTES);
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (channel.read(answer) >= 0) {
                if (!answer.hasRemaining()) {
                    throw new EOFException("an answer over " + ANSWER_LIMIT_BYTES + " bytes");
                }
                long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
                if (leftMs <= 0) {
                    throw new SocketTimeoutException("nothing for " + ANSWER_LIMIT_MS + " ms");
                }
                selector.select(leftMs);
                selector.selectedKeys().clear();
            }
        }
        return StandardCharsets.UTF_8.decode(answer.flip()).toString();
    }
}
