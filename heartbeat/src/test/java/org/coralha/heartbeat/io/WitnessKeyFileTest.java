package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key file that the witness cannot take over is not passed over in silence. */
final class WitnessKeyFileTest {
    private static final long LIMIT_NS = 20_000_000_000L;

    @TempDir private Path directory;

    @Test
    void aSpoiledKeyFileIsAlarmedOf() throws Exception {
        Path keys = directory.resolve("witness.keys");
        TestNode.write(keys, TestNode.KEYS);
        InetSocketAddress at = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
        try (WitnessServer server = WitnessServer.open(at, keys, directory.resolve("votes"))) {
            Threads.start("test-witness", server::serve);
            Files.writeString(keys, "nonsense");
            long endNs = System.nanoTime() + LIMIT_NS;
            while (!alarms(server).contains("keys.file") && System.nanoTime() < endNs) {
                LockSupport.parkNanos(20_000_000);
            }
            assertTrue(alarms(server).contains("keys.file"), alarms(server));
        }
    }

    private static String alarms(WitnessServer server) {
        return server.alarms().json(System.nanoTime()).toString();
    }
}
