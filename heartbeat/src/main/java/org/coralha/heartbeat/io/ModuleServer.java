package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.coralha.heartbeat.port.ModuleLink;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Unix-domain socket for the Jetty module: one selector thread reads; any thread writes without
 * waiting. One module at a time is attached; garbage costs its sender the connection and nothing
 * else.
 */
public final class ModuleServer implements ModuleLink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModuleServer.class);
    private static final int CONNECTION_LIMIT = 8;
    private static final long HELLO_LIMIT_NS = 5_000_000_000L;
    private static final long SELECT_MS = 500;

    private final Path path;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final Modules modules;
    private final Counters counters;
    private final Alarms alarms;
    private volatile ModuleConnection attached;
    private volatile boolean closed;

    /** What the daemon does with its modules. Called on the selector thread. */
    interface Modules {
        /** Why no process of this user may connect; empty if it may. */
        Optional<String> refusal(String user);

        /** Why this process may not attach; empty if it may. */
        Optional<String> refusal(ModuleMessage.Hello hello);

        /** A module was accepted. The answer is sent to it. */
        DaemonMessage.Welcome attached(long processId);

        /** A message of the attached module; an answer is sent to it. */
        Optional<DaemonMessage> message(ModuleMessage message);

        /** The attached module is gone. */
        void lost(long processId, String why);
    }

    /**
     * Listens, from {@link #start} on answers.
     *
     * @param group the group that may connect, null for the daemon's user only
     */
    ModuleServer(Path path, String group, Modules modules, Counters counters, Alarms alarms)
            throws IOException {
        this.path = path;
        this.modules = modules;
        this.counters = counters;
        this.alarms = alarms;
        this.server = UnixSockets.listen(path, group == null ? "rw-------" : "rw-rw----", group);
        this.selector = Selector.open();
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    /**
     * Starts to answer.
     *
     * @param fatal told if the serving thread ends unexpectedly
     */
    void start(BiConsumer<String, Throwable> fatal) {
        Threads.startUrgent("module-server", fatal, this::run);
    }

    @Override
    public void takeRole(DaemonMessage.TakeRole message) {
        ModuleConnection module = attached;
        if (module == null || !module.send(MessageCodec.encode(message))) {
            counters.count("module.unsent");
        }
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(SELECT_MS);
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    selector.selectedKeys().remove(key);
                    serve(key);
                }
                closeSilent();
            } catch (ClosedSelectorException e) {
                return;
            } catch (IOException e) {
                counters.count("module.select_failed");
                LOG.warn("module socket {}: {}", path, e.getMessage());
            }
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            accept();
            return;
        }
        ModuleConnection connection = (ModuleConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.flush();
            }
            if (key.isReadable()) {
                read(connection);
            }
        } catch (ProtocolException e) {
            counters.count("module.garbage");
            alarms.raise("socket.daemon", "user " + connection.user(), "sent garbage");
            drop(connection, "sent garbage: " + e.getMessage());
        } catch (IOException e) {
            drop(connection, "connection failed: " + e.getMessage());
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel == null) {
            return;
        }
        if (selector.keys().size() > CONNECTION_LIMIT) {
            counters.count("module.too_many");
            channel.close();
            return;
        }
        UnixDomainPrincipal who = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
        channel.configureBlocking(false);
        Optional<String> refusal = modules.refusal(who.user().getName());
        if (refusal.isPresent()) {
            refuse(channel, who.user().getName(), refusal.get());
            return;
        }
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        key.attach(new ModuleConnection(channel, key, who.user().getName(), System.nanoTime()));
    }

    /** Whatever the owner and the mode of the socket say: who it is counts. */
    private void refuse(SocketChannel channel, String user, String why) throws IOException {
        counters.count("module.refused");
        alarms.raise("socket.daemon", "user " + user, "refused a connection: " + why);
        try (channel) {
            channel.write(MessageCodec.encode(new DaemonMessage.Refused(why)));
        }
    }

    private void read(ModuleConnection connection) throws IOException {
        List<ModuleMessage> messages = new ArrayList<>();
        boolean open = connection.read(messages);
        for (ModuleMessage message : messages) {
            if (!handle(connection, message)) {
                return;
            }
        }
        if (!open) {
            drop(connection, "closed its connection");
        }
    }

    private boolean handle(ModuleConnection connection, ModuleMessage message)
            throws ProtocolException {
        if (message instanceof ModuleMessage.Hello hello) {
            return hello(connection, hello);
        }
        if (connection != attached) {
            throw new ProtocolException(
                    message.getClass().getSimpleName() + " before an accepted Hello");
        }
        modules.message(message).ifPresent(answer -> connection.send(MessageCodec.encode(answer)));
        return true;
    }

    private boolean hello(ModuleConnection connection, ModuleMessage.Hello hello)
            throws ProtocolException {
        if (connection == attached) {
            throw new ProtocolException("second Hello");
        }
        Optional<String> refusal =
                attached != null
                        ? Optional.of("another Jetty is attached: " + attached.processId())
                        : modules.refusal(hello);
        if (refusal.isPresent()) {
            counters.count("module.refused");
            LOG.warn("refused Jetty process {}: {}", hello.processId(), refusal.get());
            connection.send(MessageCodec.encode(new DaemonMessage.Refused(refusal.get())));
            connection.close();
            return false;
        }
        connection.attach(hello.processId());
        attached = connection;
        LOG.info("Jetty process {} attached, module {}", hello.processId(), hello.moduleVersion());
        connection.send(MessageCodec.encode(modules.attached(hello.processId())));
        return true;
    }

    private void closeSilent() {
        long nowNs = System.nanoTime();
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof ModuleConnection c) {
                if (c.overflowed()) {
                    counters.count("module.slow_reader");
                    drop(c, "does not read what it is sent");
                } else if (c != attached && nowNs - c.openedNs() > HELLO_LIMIT_NS) {
                    counters.count("module.no_hello");
                    drop(c, "said no Hello");
                } else if (!key.isValid()) {
                    drop(c, "connection closed");
                }
            }
        }
    }

    private void drop(ModuleConnection connection, String why) {
        connection.close();
        if (connection == attached) {
            attached = null;
            modules.lost(connection.processId(), "Jetty " + why);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        server.close();
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof ModuleConnection c) {
                c.close();
            }
        }
        selector.close();
        Files.deleteIfExists(path);
    }
}
