package org.coralha.kernel.jna;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace with a thread that lives in it: sockets that this thread opens belong to the
 * namespace, whoever uses them later, and so do programs that it starts.
 */
public final class Namespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final int LIMIT_S = 60;

    private final String name;
    private final ExecutorService thread;

    /** Creates it, in place of a stale one of that name. */
    public Namespace(String name) {
        this.name = name;
        execute(false, "ip", "netns", "delete", name);
        execute(true, "ip", "netns", "add", name);
        thread = Executors.newSingleThreadExecutor(task -> daemon(task, name));
        call(
                () -> {
                    int fd = LibcNative.open("/run/netns/" + name, 0);
                    LibcNative.setns(fd, CLONE_NEWNET);
                    return LibcNative.close(fd);
                });
        sh("ip link set lo up");
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    public String name() {
        return name;
    }

    /** Runs a task in the namespace and waits for its result. */
    public <T> T call(Callable<T> task) {
        try {
            return thread.submit(task).get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(name, e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** Runs a shell command in the namespace; returns what it wrote. */
    public String sh(String command) {
        return call(() -> execute(true, "sh", "-c", command));
    }

    /** Starts a program in the namespace. */
    public Process start(String... command) {
        return call(() -> new ProcessBuilder(List.of(command)).redirectErrorStream(true).start());
    }

    private static String execute(boolean strict, String... command) {
        try {
            Process process =
                    new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            if (process.waitFor() != 0 && strict) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new IllegalStateException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        execute(false, "ip", "netns", "delete", name);
    }
}
