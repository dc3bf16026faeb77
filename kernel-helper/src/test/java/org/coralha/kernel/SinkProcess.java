package org.coralha.kernel;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;

/**
 * A server in a process of its own, which can be stopped: reads one connection for a number of
 * bytes and then says their SHA-256.
 */
final class SinkProcess implements AutoCloseable {
    private static final String PROGRAM =
            """
            import hashlib, socket
            server = socket.create_server(("%s", %d), family=socket.%s)
            print("ready", flush=True)
            connection, left, digest = server.accept()[0], %d, hashlib.sha256()
            while left > 0:
                data = connection.recv(min(left, 1 << 16))
                if not data:
                    break
                digest.update(data)
                left -= len(data)
            print(digest.hexdigest(), flush=True)
            server.accept()
            """;

    private final Process process;

    /** The digest, when all bytes were read. */
    final CompletableFuture<String> digest;

    SinkProcess(Namespace where, int bytes) throws IOException {
        process = where.start("python3", "-c", TwoHosts.asServer(PROGRAM, bytes));
        String ready = process.inputReader().readLine();
        if (!"ready".equals(ready)) {
            throw new IllegalStateException("python3: " + ready);
        }
        digest = Connections.later(() -> process.inputReader().lines().findFirst().orElse("ended"));
    }

    void stop() throws Exception {
        signal("-STOP");
    }

    void resume() throws Exception {
        signal("-CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    }

    @Override
    public void close() throws Exception {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
}
