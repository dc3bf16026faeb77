package org.coralha.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.jna.Namespace;

/** Watches an interface of a namespace for packets that match a filter. */
final class Capture implements AutoCloseable {
    private static final int SETTLE_MS = 200;

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
        for (int i = 0; !Files.readString(output).contains("listening"); i++) {
            if (i == 250 || !process.isAlive()) {
                String said = Files.readString(output);
                close();
                throw new IllegalStateException("tcpdump does not watch " + filter + ": " + said);
            }
            Thread.sleep(20);
        }
    }

    /** For the packets with one of these TCP flags, in either version of IP. */
    static String withFlags(int flags) {
        return "(tcp[13] & " + flags + " != 0 or (ip6[6] = 6 and ip6[53] & " + flags + " != 0))";
    }

    /** For what the service says with one of these TCP flags. */
    static String ofService(int flags) {
        return "src port 8080 and " + withFlags(flags);
    }

    /** What was seen so far, two lines for each packet; what is on its way is waited for. */
    List<String> lines() throws Exception {
        Thread.sleep(SETTLE_MS);
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
