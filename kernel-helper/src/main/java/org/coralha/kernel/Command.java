package org.coralha.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of iproute2 in the network namespace of the calling thread. */
final class Command {
    private static final long LIMIT_MS = 5000;

    /**
     * @param status exit status
     * @param output what it wrote, errors included
     */
    record Result(int status, String output) {}

    private Command() {}

    /**
     * Runs to the end, at most five seconds.
     *
     * @throws KernelException if the program is missing or does not end
     */
    static Result run(String... words) {
        String line = String.join(" ", words);
        try {
            Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (InputStream output = process.getInputStream()) {
                String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(LIMIT_MS, TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new KernelException("run", line, 0, "it did not end: try it by hand");
                }
                return new Result(process.exitValue(), text.strip());
            }
        } catch (IOException e) {
            throw new KernelException("run", line + " (" + e + ")", 0, "apt-get install iproute2");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException("run", line, 0, "interrupted: run it again");
        }
    }

    /** Runs and refuses any exit status but 0. */
    static String require(String remedy, String... words) {
        Result result = run(words);
        if (result.status() != 0) {
            throw new KernelException(
                    "run", String.join(" ", words) + " (" + result.output() + ")", 0, remedy);
        }
        return result.output();
    }
}
