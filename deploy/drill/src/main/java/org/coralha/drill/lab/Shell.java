package org.coralha.drill.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs programs to their end, with a limit on their time. Safe from any thread. */
public final class Shell {
    private static final long OUTPUT_WAIT_MS = 2000;

    private final Path directory;

    /**
     * @param directory working directory of the programs
     */
    public Shell(Path directory) {
        this.directory = directory;
    }

    /**
     * @param exit exit code
     * @param out standard output
     * @param err standard error
     */
    public record Result(int exit, String out, String err) {
        /** Both outputs, for messages. */
        public String all() {
            return (out + err).strip();
        }
    }

    /**
     * Runs a program.
     *
     * @param limitMs longest run; it is killed after that
     * @throws LabException if it cannot be started or ran too long
     */
    public Result run(long limitMs, List<String> command) {
        Process process = start(command);
        CompletableFuture<String> out = drain(process.getInputStream());
        CompletableFuture<String> err = drain(process.getErrorStream());
        try {
            process.getOutputStream().close();
            if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new LabException(
                        command + " ran longer than " + limitMs + " ms: " + soon(out) + soon(err));
            }
            return new Result(process.exitValue(), soon(out), soon(err));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new LabException(command + " was interrupted", e);
        } catch (IOException e) {
            throw new LabException(command + " failed", e);
        }
    }

    /** Starts a program whose streams the caller handles. */
    public Process start(List<String> command) {
        try {
            return new ProcessBuilder(new ArrayList<>(command))
                    .directory(directory.toFile())
                    .start();
        } catch (IOException e) {
            throw new LabException("cannot start " + command, e);
        }
    }

    /** Collects a stream to its end in the background. */
    static CompletableFuture<String> drain(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader =
                new Thread(
                        () -> {
                            try (stream) {
                                text.complete(
                                        new String(stream.readAllBytes(), StandardCharsets.UTF_8));
                            } catch (IOException e) {
                                text.complete("(output lost: " + e.getMessage() + ")");
                            }
                        },
                        "drain");
        reader.setDaemon(true);
        reader.start();
        return text;
    }

    /** Reads a stream to its end in the background, so that its writer never has to wait. */
    public static void discard(InputStream stream) {
        CompletableFuture<String> unused = drain(stream);
    }

    private static String soon(CompletableFuture<String> text) throws InterruptedException {
        try {
            // A child that was left behind may keep the pipe open: the exit code matters more.
            return text.get(OUTPUT_WAIT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "(output still open)";
        }
    }
}
