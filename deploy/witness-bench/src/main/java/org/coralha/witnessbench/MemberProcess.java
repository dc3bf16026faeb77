package org.coralha.witnessbench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@link Member} in its process. Those that survive have real-time priority, as the heartbeat
 * daemon has it; a is started for each repetition, and a starting virtual machine must not keep the
 * others from the processors.
 */
final class MemberProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Writer commands;
    private final Deque<String> lines = new ArrayDeque<>();

    private MemberProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        commands = process.outputWriter(StandardCharsets.US_ASCII);
        Thread reader = new Thread(this::read, "reader-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    static MemberProcess start(String name, Path logDirectory, String detection)
            throws IOException {
        List<String> words = new ArrayList<>(Network.at(name));
        if (!name.equals("a")) {
            words.addAll(List.of("chrt", "--rr", "10"));
        }
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC"));
        words.addAll(List.of("-Djava.net.preferIPv4Stack=true"));
        words.addAll(List.of("-cp", System.getProperty("java.class.path")));
        words.add(Member.class.getName());
        words.addAll(List.of(name, logDirectory.toString(), detection));
        return new MemberProcess(
                name,
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    void say(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("telling member " + name + ": " + command, e);
        }
    }

    /** Forgets what the member has said so far. */
    void forget() {
        synchronized (lines) {
            lines.clear();
        }
    }

    /** The words of the next line that begins with one of these; lines before it are forgotten. */
    String[] await(long timeoutMs, String... beginnings) throws Exception {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        synchronized (lines) {
            while (true) {
                while (!lines.isEmpty()) {
                    String line = lines.removeFirst();
                    for (String beginning : beginnings) {
                        if (line.startsWith(beginning + " ")) {
                            return line.split(" ");
                        }
                    }
                }
                long leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
                if (leftMs <= 0) {
                    throw new TimeoutException(
                            name + " did not say " + String.join("|", beginnings));
                }
                lines.wait(leftMs);
            }
        }
    }

    /** "status LEADER VIEW VIEWID TERM COMMITINDEX EPOCH". */
    String[] status() throws Exception {
        say("status");
        return await(5000, "status");
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL; returns the time before it was sent. */
    long kill() {
        long beforeNanos = System.nanoTime();
        process.destroyForcibly();
        return beforeNanos;
    }

    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // The member was killed.
        }
    }
}
