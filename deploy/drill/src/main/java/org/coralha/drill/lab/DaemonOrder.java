package org.coralha.drill.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.json.Json;

/**
 * An operator's order, said to a daemon of the lab without the virtual machine that coralctl
 * starts: its start takes the processors that the clients of a measurement need.
 */
public final class DaemonOrder {
    private static final Path LAB = Path.of("/var/lib/coral-lab");
    private static final long RETRY_MS = 50;

    private DaemonOrder() {}

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
            sleep();
        }
    }

    private static Json ask(String host, String order) {
        Path socket = LAB.resolve(host + "/run/control.sock");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((order + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            return Json.parse(new String(answer, StandardCharsets.UTF_8).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new LabException("no daemon answers at " + socket, e);
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
