package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ControlClientTest {
    @TempDir Path directory;

    private static void assertHangs(Path socket) {
        String told =
                assertThrows(IOException.class, () -> ControlClient.ask(socket, "status", 100))
                        .getMessage();
        assertTrue(told.contains("no coral-heartbeatd answers at " + socket), told);
    }

    /** Stopped, or out of threads: its kernel still takes connections, until too many wait. */
    @Test
    void aDaemonThatHangsKeepsNobodyWaiting() throws Exception {
        Path socket = directory.resolve("control.sock");
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            assertHangs(socket);
            fill(socket, waiting);
            assertHangs(socket);
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    private static void fill(Path socket, List<SocketChannel> waiting) {
        try {
            while (true) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                waiting.add(channel);
                channel.configureBlocking(false);
                channel.connect(UnixDomainSocketAddress.of(socket));
            }
        } catch (IOException e) {
            // There is no more room.
        }
    }

    @Test
    void aDaemonThatCannotTellItsStateIsNotOut() {
        assertNull(OrderClient.out(Map.of("error", "the decision thread hangs")));
    }
}
