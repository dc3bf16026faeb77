package org.coralha.kernel;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;

/**
 * A server in a process of its own: answers each line with "A:" before it. The line "exit" ends it
 * with status 3, "thread" lets a thread end.
 */
final class EchoProcess {
    private static final String PROGRAM =
            """
            import os, socket, threading
            server = socket.create_server(("%s", %d), family=socket.%s)
            print("ready", flush=True)
            def serve(connection):
                for line in connection.makefile("rb"):
                    if line == b"exit\\n":
                        os._exit(3)
                    if line == b"thread\\n":
                        t = threading.Thread(target=lambda: None)
                        t.start()
                        t.join()
                    connection.sendall(b"A:" + line)
            while True:
                threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
            """;

    private EchoProcess() {}

    static Process start(Namespace where) throws IOException, InterruptedException {
        Process process = where.start("python3", "-c", TwoHosts.asServer(PROGRAM));
        String ready = process.inputReader().readLine();
        if (!"ready".equals(ready)) {
            process.waitFor(1, TimeUnit.SECONDS);
            throw new IllegalStateException("python3: " + ready);
        }
        return process;
    }
}
