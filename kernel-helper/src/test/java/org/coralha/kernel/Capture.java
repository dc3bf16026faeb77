package org.coralha.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;

/** Watches an interface of a namespace for packets that match a filter. */
final class Capture implements AutoCloseable {
    private final Process process;
    private final Path output;

    /** Begins; returns when packets are seen. */
    Capture(Namespace where, String filter) throws Exception {
        output = Files.createTempFile("ck-capture", ".txt");
        process =
                where.start(
                        "sh",
                        "-c",
                        "exec tcpdump -lnvi eth0 --immediate-mode '"
                                + filter
                                + "' > "
                                + output
                                + " 2>&1");
        for (int i = 0; i < 100 && !Files.readString(output).contains("listening"); i++) {
            Thread.sleep(20);
        }
    }

    /** What was seen so far, two lines for each packet. */
    List<String> lines() throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.contains("IP") || line.startsWith(" "))
                .toList();
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor(5, TimeUnit.SECONDS);
        Files.delete(output);
    }
}
