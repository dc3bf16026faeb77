package org.coralha.drill.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.client.Kind;

/**
 * The checking clients: a process in the clients' network, controlled line by line. Closing it ends
 * the process.
 */
public final class LoadProcess implements AutoCloseable {
    /**
     * A collection of garbage stops all clients, for a millisecond or two if what is young is
     * little. Memory that was never touched before can cost more than that in a virtual machine,
     * and stops a whole processor there, with the hosts on it.
     */
    private static final List<String> JVM =
            List.of(
                    "-Xms256m",
                    "-Xmx256m",
                    "-Xmn48m",
                    "-XX:+UseTransparentHugePages",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1");

    private static final long ANSWER_LIMIT_MS = 20_000;
    private static final long EXIT_LIMIT_MS = 2000;
    private static final String MAIN = "org.coralha.drill.Main";

    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private long opened;

    private LoadProcess(Process process) {
        this.process = process;
        this.commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "load answers");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the process in the lab's client network and waits until it listens to commands. */
    public static LoadProcess start(Lab lab, InetSocketAddress service) {
        return start(lab, Lab.CLIENT, service);
    }

    /**
     * The same in another network.
     *
     * @param space {@link Lab#CLIENT} or {@link Lab#NEAR}
     */
    public static LoadProcess start(Lab lab, String space, InetSocketAddress service) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "client"));
        command.add(service.getAddress().getHostAddress());
        command.add(Integer.toString(service.getPort()));
        LoadProcess load = new LoadProcess(lab.startLoad(space, command));
        load.echoErrors();
        load.answer("start of the clients", ANSWER_LIMIT_MS);
        return load;
    }

    /**
     * Opens connections.
     *
     * @param options {@code name=value} words
     */
    public void open(Kind kind, int count, String... options) {
        String words = options.length == 0 ? "" : " " + String.join(" ", options);
        command("open " + kind.word() + " " + count + words, ANSWER_LIMIT_MS);
        opened += count;
    }

    /**
     * Waits until every connection is in its phase.
     *
     * @throws LabException if some are not
     */
    public void awaitPlaced(long limitMs) {
        String[] counts =
                command("await-placed " + limitMs, limitMs + ANSWER_LIMIT_MS).split(" ", -1);
        if (!counts[0].equals(counts[1])) {
            LoadResult result = finish(1000);
            throw new LabException(
                    counts[0]
                            + " of "
                            + counts[1]
                            + " connections reached their phase within "
                            + limitMs
                            + " ms: "
                            + result.problems());
        }
    }

    /** Whole replies so far. */
    public long replies() {
        return Long.parseLong(command("progress", ANSWER_LIMIT_MS).split(" ", -1)[0]);
    }

    /** Slots that have not ended. */
    public long alive() {
        return Long.parseLong(command("progress", ANSWER_LIMIT_MS).split(" ", -1)[1]);
    }

    /** Waits until this many more replies have come. */
    public void awaitReplies(long more, long limitMs) {
        long wanted = replies() + more;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (replies() < wanted) {
            if (System.nanoTime() > deadline) {
                throw new LabException("not " + more + " more replies within " + limitMs + " ms");
            }
            Lab.pause(20);
        }
    }

    /** Marks the moment of the fault. */
    public void fault() {
        command("fault", ANSWER_LIMIT_MS);
    }

    /** Lets connections opened with {@code step=1} send the request that matters. */
    public void step() {
        command("step", ANSWER_LIMIT_MS);
    }

    /** Lets the connections that stand in their phase go on. */
    public void go() {
        command("go", ANSWER_LIMIT_MS);
    }

    /**
     * From now on a reply may announce the end of its connection although the client did not ask:
     * connections that are older than the pair are ended so.
     */
    public void letServerEnd() {
        command("let-server-end", ANSWER_LIMIT_MS);
    }

    /**
     * Lets everything come to its end and returns what happened.
     *
     * @throws LabException unless each connection that was opened is accounted for
     */
    public LoadResult finish(long limitMs) {
        send("finish " + limitMs);
        FinishAnswer answer = new FinishAnswer(opened);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        boolean last = false;
        while (!last) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            last = answer.take(next("finish", Math.max(0, leftMs) + ANSWER_LIMIT_MS));
        }
        return answer.result();
    }

    private String command(String line, long limitMs) {
        send(line);
        return answer(line, limitMs);
    }

    private void send(String line) {
        try {
            commands.write(line + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new LabException("clients do not take the command '" + line + "'", e);
        }
    }

    private String answer(String operation, long limitMs) {
        String line = next(operation, limitMs);
        if (!line.startsWith("ok")) {
            throw new LabException("clients, " + operation + ": " + line);
        }
        return line.substring(2).trim();
    }

    private String next(String operation, long limitMs) {
        try {
            String line = answers.poll(limitMs, TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new LabException(
                        "clients, "
                                + operation
                                + ": no answer within "
                                + limitMs
                                + " ms, process "
                                + (process.isAlive() ? "alive" : "ended"));
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    private void echoErrors() {
        CompletableFuture<Void> unused =
                Shell.drain(process.getErrorStream()).thenAccept(System.err::print);
    }

    private void readAnswers() {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                answers.add(line);
            }
        } catch (IOException | UncheckedIOException e) {
            answers.add("error: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (process.waitFor(EXIT_LIMIT_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (IOException e) {
            // the process has ended already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
