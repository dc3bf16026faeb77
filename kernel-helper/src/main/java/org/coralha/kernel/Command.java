package org.coralha.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
        return run(LIMIT_MS, words);
    }

    /**
     * Runs to the end, at most for that time; then it is killed.
     *
     * @throws KernelException if the program is missing or does not end
     */
    static Result run(long limitMs, String... words) {
        String line = String.join(" ", words);
        try {
            Process process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
            process.getOutputStream().close();
            return await(process, line, limitMs);
        } catch (IOException e) {
            throw new KernelException("run", line + " (" + e + ")", 0, "apt-get install iproute2");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException("run", line, 0, "interrupted: run it again");
        }
    }

    private static Result await(Process process, String line, long limitMs)
            throws InterruptedException {
        try {
            CompletableFuture<String> output = readLater(process.getInputStream(), line);
            long startNs = System.nanoTime();
            boolean ended = process.waitFor(limitMs, TimeUnit.MILLISECONDS);
            long spentMs = (System.nanoTime() - startNs) / 1_000_000;
            // A child that outlives the program may hold its output open.
            String text = output.get(Math.max(limitMs - spentMs, 1), TimeUnit.MILLISECONDS);
            if (ended) {
                return new Result(process.exitValue(), text);
            }
        } catch (TimeoutException e) {
            // refused below
        } catch (ExecutionException e) {
            throw new KernelException("read the output of", line, 0, e.getCause().toString());
        } finally {
            process.destroyForcibly();
        }
        throw new KernelException(
                "run", line, 0, "it did not end in " + limitMs + " ms: try it by hand");
    }

    /** Reading blocks for as long as anybody can write: on a thread of its own. */
    private static CompletableFuture<String> readLater(InputStream output, String line) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Runnable read =
                () -> {
                    try (output) {
                        byte[] bytes = output.readAllBytes();
                        text.complete(new String(bytes, StandardCharsets.UTF_8).strip());
                    } catch (IOException e) {
                        text.completeExceptionally(e);
                    }
                };
        Thread thread = new Thread(read, "coral-read " + line);
        thread.setDaemon(true);
        thread.start();
        return text;
    }

    /** Runs and refuses any exit status but 0. */
    static String require(String remedy, String... words) {
        return require(LIMIT_MS, remedy, words);
    }

    /** Runs, at most for that time, and refuses any exit status but 0. */
    static String require(long limitMs, String remedy, String... words) {
        Result result = run(limitMs, words);
        if (result.status() != 0) {
            throw new KernelException(
                    "run", String.join(" ", words) + " (" + result.output() + ")", 0, remedy);
        }
        return result.output();
    }
}
