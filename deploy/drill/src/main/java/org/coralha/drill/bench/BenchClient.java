package org.coralha.drill.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.Main;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.Shell;

/** The process of {@link BenchClientCommand} in the clients' network. One controlling thread. */
final class BenchClient implements AutoCloseable {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private BenchClient(Process process) {
        this.process = process;
        commands = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        answers =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Shell.discard(process.getErrorStream());
    }

    static BenchClient start(Lab lab) {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "bench-client");
        return new BenchClient(lab.startLoad(Lab.CLIENT, command));
    }

    /** What the uploads took, all flows at once. */
    UploadSample.Figures uploads(InetSocketAddress server, long bytes, int flows, int count) {
        String[] words = ask("uploads", server, bytes + " " + flows + " " + count).split(" ", -1);
        return new UploadSample.Figures(
                bytes * flows * count,
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                List.of());
    }

    /** Microseconds of each request on one connection, in order. */
    List<Long> small(InetSocketAddress server, SmallPattern pattern, int count) {
        String answer = ask("small", server, pattern.word() + " " + count);
        return Stream.of(answer.split(" ", -1)).map(Long::valueOf).toList();
    }

    private String ask(String what, InetSocketAddress server, String arguments) {
        String line =
                what
                        + " "
                        + server.getAddress().getHostAddress()
                        + " "
                        + server.getPort()
                        + " "
                        + arguments;
        try {
            commands.write(line + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null || !answer.startsWith("ok ")) {
                throw new LabException("the benchmark's clients, '" + line + "': " + answer);
            }
            return answer.substring(3);
        } catch (IOException e) {
            throw new LabException("the benchmark's clients do not take '" + line + "'", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
