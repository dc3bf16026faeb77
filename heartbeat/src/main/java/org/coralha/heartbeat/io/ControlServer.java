package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * The Unix-domain socket of {@code coralctl}: one command line in, one line of JSON out, then the
 * end. One client at a time, each with a time limit.
 */
final class ControlServer implements AutoCloseable {
    private static final int LINE_LIMIT_BYTES = 256;
    private static final long CLIENT_LIMIT_NS = 2_000_000_000L;

    private final Path path;
    private final ServerSocketChannel server;
    private final UnaryOperator<String> commands;
    private final Counters counters;

    ControlServer(Path path, UnaryOperator<String> commands, Counters counters) throws IOException {
        this.path = path;
        this.commands = commands;
        this.counters = counters;
        this.server = UnixSockets.listen(path, "rw-------", null);
    }

    void start() {
        Threads.start("control-server", this::run);
    }

    private void run() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                client.configureBlocking(false);
                answer(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.count("control.failed");
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        long deadlineNs = System.nanoTime() + CLIENT_LIMIT_NS;
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.register(selector, SelectionKey.OP_READ);
            ByteBuffer line = ByteBuffer.allocate(LINE_LIMIT_BYTES);
            while (!endsWithNewline(line)) {
                await(selector, deadlineNs);
                if (client.read(line) < 0 || !line.hasRemaining()) {
                    counters.count("control.garbage");
                    return;
                }
            }
            String command =
                    new String(line.array(), 0, line.position(), StandardCharsets.UTF_8).strip();
            ByteBuffer out =
                    ByteBuffer.wrap(
                            (commands.apply(command) + "\n").getBytes(StandardCharsets.UTF_8));
            key.interestOps(SelectionKey.OP_WRITE);
            while (out.hasRemaining()) {
                await(selector, deadlineNs);
                client.write(out);
            }
        }
    }

    private static boolean endsWithNewline(ByteBuffer line) {
        return line.position() > 0 && line.get(line.position() - 1) == '\n';
    }

    private static void await(Selector selector, long deadlineNs) throws IOException {
        long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0 || selector.select(leftMs) == 0) {
            throw new IOException("client is too slow");
        }
        selector.selectedKeys().clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
