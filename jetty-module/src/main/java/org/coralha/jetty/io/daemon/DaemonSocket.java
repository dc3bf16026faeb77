package org.coralha.jetty.io.daemon;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.coralha.jetty.port.DaemonLink;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client of the daemon's socket: one thread reads, any thread writes. After a loss it connects
 * again until the daemon refuses this process or {@link #close} is called.
 */
public final class DaemonSocket implements DaemonLink {
    private static final Logger LOG = LoggerFactory.getLogger(DaemonSocket.class);
    private static final int RETRY_MS = 500;
    private static final int WELCOME_LIMIT_MS = 5_000;

    private final Path path;
    private final ModuleMessage.Hello hello;
    private final Object writeLock = new Object();
    private volatile SocketChannel channel;
    private volatile boolean closed;
    private DaemonMessage.Welcome welcome;
    private Thread reader;

    private DaemonSocket(Path path, ModuleMessage.Hello hello) {
        this.path = path;
        this.hello = hello;
    }

    /**
     * Connects and introduces this module.
     *
     * @throws DaemonRefusal if the daemon does not want it
     * @throws IOException if the daemon is not there or does not answer within 5 seconds
     */
    public static DaemonSocket connect(Path path, ModuleMessage.Hello hello) throws IOException {
        DaemonSocket socket = new DaemonSocket(path, hello);
        try {
            socket.welcome = socket.introduce();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** What the daemon answered. */
    public DaemonMessage.Welcome welcome() {
        return welcome;
    }

    private DaemonMessage.Welcome introduce() throws IOException {
        SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
        Thread guard = closeLater(opened);
        boolean accepted = false;
        try {
            opened.connect(UnixDomainSocketAddress.of(path));
            writeFully(opened, MessageCodec.encode(hello));
            DaemonMessage answer = read(opened);
            if (answer instanceof DaemonMessage.Welcome granted) {
                accepted = true;
                channel = opened; // only now may others write
                return granted;
            }
            if (answer instanceof DaemonMessage.Refused refused) {
                throw new DaemonRefusal(refused.reason());
            }
            throw new ProtocolException("the daemon answered Hello with " + answer);
        } finally {
            guard.interrupt();
            if (!accepted) {
                opened.close();
            }
        }
    }

    private static void writeFully(SocketChannel to, ByteBuffer frame) throws IOException {
        while (frame.hasRemaining()) {
            to.write(frame);
        }
    }

    /** A blocking channel has no read timeout: a thread closes it when the time is up. */
    private static Thread closeLater(SocketChannel opened) {
        Thread guard =
                new Thread(
                        () -> {
                            try {
                                Thread.sleep(WELCOME_LIMIT_MS);
                                opened.close();
                            } catch (InterruptedException | IOException e) {
                                // The answer came in time.
                            }
                        },
                        "coral-daemon-hello");
        guard.setDaemon(true);
        guard.start();
        return guard;
    }

    /** Starts to read. Call once. */
    public void listen(Listener listener) {
        reader = new Thread(() -> run(listener), "coral-daemon");
        reader.setDaemon(true);
        reader.start();
    }

    private void run(Listener listener) {
        while (!closed) {
            String reason = readUntilLost(listener);
            if (closed) {
                return;
            }
            listener.onLost(reason);
            if (!reconnect()) {
                return;
            }
            listener.onBack(welcome);
        }
    }

    private String readUntilLost(Listener listener) {
        try {
            while (true) {
                deliver(read(channel), listener);
            }
        } catch (IOException e) {
            return e.toString();
        } finally {
            disconnect();
        }
    }

    /** A message that fails here is a defect; the next ones, a fence perhaps, must still come. */
    private static void deliver(DaemonMessage message, Listener listener) {
        try {
            listener.onMessage(message);
        } catch (RuntimeException e) {
            LOG.error("the daemon's message {} failed", message, e);
        }
    }

    private boolean reconnect() {
        while (!closed) {
            try {
                Thread.sleep(RETRY_MS);
                welcome = introduce();
                return true;
            } catch (DaemonRefusal e) {
                LOG.error("the daemon refuses this Jetty: {}", e.getMessage());
                disconnect();
                return false;
            } catch (IOException e) {
                LOG.debug("daemon socket {}: {}", path, e.toString());
                disconnect();
            } catch (InterruptedException e) {
                return false;
            }
        }
        return false;
    }

    private static DaemonMessage read(SocketChannel from) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(MessageCodec.LENGTH_BYTES);
        readFully(from, length);
        ByteBuffer body = ByteBuffer.allocate(MessageCodec.checkLength(length.getInt(0)));
        readFully(from, body);
        return MessageCodec.decodeFromDaemon(body.flip());
    }

    private static void readFully(SocketChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                throw new IOException("the daemon closed the connection");
            }
        }
    }

    @Override
    public void send(ModuleMessage message) {
        ByteBuffer frame = MessageCodec.encode(message);
        synchronized (writeLock) {
            SocketChannel to = channel;
            try {
                if (to != null) {
                    writeFully(to, frame);
                }
            } catch (IOException e) {
                // The reading thread sees the loss and reports it.
                LOG.debug("daemon socket {}: {}", path, e.toString());
            }
        }
    }

    private void disconnect() {
        SocketChannel lost = channel;
        channel = null;
        try {
            if (lost != null) {
                lost.close();
            }
        } catch (IOException e) {
            LOG.debug("daemon socket {}: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
        if (reader != null) {
            reader.interrupt();
        }
    }
}
