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
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import jdk.net.ExtendedSocketOptions;
import org.coralha.pair.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix-domain socket of {@code coralctl}: one command line in, one line of JSON out, then the
 * end. One client at a time, each with a time limit.
 */
final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final long CLIENT_LIMIT_NS = 2_000_000_000L;
    private static final long PAUSE_NS = 1_000_000;

    private final Path path;
    private final ServerSocketChannel server;
    private final UnaryOperator<String> commands;
    private final Counters counters;
    private final Alarms alarms;

    ControlServer(Path path, UnaryOperator<String> commands, Counters counters, Alarms alarms)
            throws IOException {
        this.path = path;
        this.commands = commands;
        this.counters = counters;
        this.alarms = alarms;
        this.server = UnixSockets.listen(path, "rw-------", null);
    }

    void start() {
        Threads.start("control-server", this::run);
    }

    private void run() {
        while (true) {
            try (SocketChannel client = server.accept()) {
                if (isOperator(client)) {
                    client.configureBlocking(false);
                    answer(client);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.count("control.failed");
                // Out of file descriptors, perhaps: never spin on it.
                LockSupport.parkNanos(PAUSE_NS);
            } catch (RuntimeException e) {
                // One order that cannot be answered must not cost the operator all others.
                counters.count("control.failed");
                LOG.error("an order was not answered: this is a defect of Coral", e);
            }
        }
    }

    /** Whatever the mode of the socket says: root, or the user of this daemon. */
    private boolean isOperator(SocketChannel client) throws IOException {
        String user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        boolean operator = user.equals("root") || user.equals(System.getProperty("user.name"));
        if (!operator) {
            counters.count("control.refused");
            alarms.raise("socket.control", "user " + user, "refused a connection");
        }
        return operator;
    }

    private void answer(SocketChannel client) throws IOException {
        long deadlineNs = System.nanoTime() + CLIENT_LIMIT_NS;
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.register(selector, SelectionKey.OP_READ);
            String command = read(client, selector, deadlineNs);
            if (command == null) {
                counters.count("control.garbage");
                return;
            }
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

    /** The line that the client sends; null if it sends something else. */
    private static String read(SocketChannel client, Selector selector, long deadlineNs)
            throws IOException {
        ControlLine line = new ControlLine();
        try {
            String text = null;
            while (text == null) {
                await(selector, deadlineNs);
                if (client.read(line.space()) < 0) {
                    return null;
                }
                text = line.take();
            }
            return text;
        } catch (ProtocolException e) {
            return null;
        }
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
