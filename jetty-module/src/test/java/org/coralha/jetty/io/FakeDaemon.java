package org.coralha.jetty.io;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.HostId;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;
import org.coralha.pair.ServiceRole;

/** The daemon's end of the socket, driven by the test. */
final class FakeDaemon implements AutoCloseable {
    private final ServerSocketChannel listening;
    private final HostId host;
    private final List<ModuleMessage> received = new CopyOnWriteArrayList<>();
    private final Thread thread;
    volatile List<FlowSnapshot> flows = List.of();
    volatile boolean fenceOnStop = true;
    private volatile SocketChannel module;

    FakeDaemon(Path socket, HostId host) throws IOException {
        this.host = host;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket));
        thread = new Thread(this::run, "fake-daemon-" + host.key());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                module = listening.accept();
                serve(module);
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(SocketChannel channel) {
        try {
            while (true) {
                ByteBuffer length = read(channel, MessageCodec.LENGTH_BYTES);
                ByteBuffer body = read(channel, MessageCodec.checkLength(length.getInt()));
                onMessage(MessageCodec.decodeFromModule(body));
            }
        } catch (IOException e) {
            // the module went away
        }
    }

    private void onMessage(ModuleMessage message) throws IOException {
        received.add(message);
        if (message instanceof ModuleMessage.Hello) {
            send(new DaemonMessage.Welcome(host, 0));
        } else if (message instanceof ModuleMessage.QueryFlows query) {
            send(new DaemonMessage.Flows(query.requestId(), flows));
        } else if (message instanceof ModuleMessage.Stopping && fenceOnStop) {
            send(new DaemonMessage.TakeRole(99, ServiceRole.FENCED, "stop", List.of()));
        }
    }

    private static ByteBuffer read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("closed");
            }
        }
        return buffer.flip();
    }

    synchronized void send(DaemonMessage message) throws IOException {
        ByteBuffer frame = MessageCodec.encode(message);
        while (frame.hasRemaining()) {
            module.write(frame);
        }
    }

    /** Gives the role and waits until the module has taken it. */
    ModuleMessage.RoleTaken take(long epoch, ServiceRole role, List<FlowSnapshot> known)
            throws Exception {
        send(new DaemonMessage.TakeRole(epoch, role, "test", known));
        return (ModuleMessage.RoleTaken)
                await(
                        m ->
                                m instanceof ModuleMessage.RoleTaken taken
                                        && taken.epoch() == epoch
                                        && taken.role() == role);
    }

    ModuleMessage await(Predicate<ModuleMessage> wanted) throws Exception {
        for (int i = 0; i < 1500; i++) {
            for (ModuleMessage message : received) {
                if (wanted.test(message)) {
                    return message;
                }
            }
            Thread.sleep(10);
        }
        throw new AssertionError("not received: have " + summary());
    }

    private List<String> summary() {
        List<String> names = new ArrayList<>();
        received.forEach(m -> names.add(m.getClass().getSimpleName()));
        return names.stream().distinct().toList();
    }

    List<ModuleMessage> received() {
        return received;
    }

    void drop() throws IOException {
        module.close();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        if (module != null) {
            module.close();
        }
    }
}
