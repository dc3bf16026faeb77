package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.DaemonMessage;
import org.coralha.pair.MessageCodec;
import org.coralha.pair.ModuleMessage;

/** A Jetty module over the real socket, as thin as can be; its process is a sleep(1). */
final class TestModule implements AutoCloseable {
    final Process process;
    final BlockingQueue<DaemonMessage> received = new LinkedBlockingQueue<>();
    private final SocketChannel channel;

    TestModule(Path socket) throws IOException {
        process = new ProcessBuilder("sleep", "120").start();
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        Threads.start("test-module", this::readAll);
    }

    void hello(byte[] digest) throws IOException {
        send(new ModuleMessage.Hello(MessageCodec.PROTOCOL_VERSION, process.pid(), digest, "test"));
    }

    void send(ModuleMessage message) throws IOException {
        sendRaw(MessageCodec.encode(message));
    }

    void sendRaw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    <T extends DaemonMessage> T await(Class<T> type) throws InterruptedException {
        DaemonMessage message = received.poll(5, TimeUnit.SECONDS);
        return type.cast(message);
    }

    private void readAll() {
        try {
            while (true) {
                ByteBuffer length = read(MessageCodec.LENGTH_BYTES);
                received.add(MessageCodec.decodeFromDaemon(read(length.getInt())));
            }
        } catch (IOException e) {
            // the end of the connection
        }
    }

    private ByteBuffer read(int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(bytes);
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new IOException("end of stream");
            }
        }
        return in.flip();
    }

    void disconnect() throws IOException {
        channel.close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        process.destroyForcibly();
    }
}
