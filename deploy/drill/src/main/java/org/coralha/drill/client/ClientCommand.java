package org.coralha.drill.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.drill.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code client HOST PORT}: a load controlled line by line over standard input.
 *
 * <pre>
 * open KIND COUNT [NAME=VALUE ...]   start connections
 * await-placed LIMIT_MS              until all are in their phase: "ok PLACED ALL"
 * progress                           "ok REPLIES ALIVE"
 * fault                              the fault happens now
 * go                                 waiting connections go on
 * finish LIMIT_MS                    end: one "conn {json}" line for each slot, then "ok N"
 * </pre>
 *
 * Each command is answered by one line that starts with "ok" or "error". The process ends at the
 * end of standard input.
 */
@Command(name = "client", description = "Checking clients, controlled over standard input.")
public final class ClientCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "Address of the service.")
    private String host;

    @Parameters(index = "1", description = "Port of the service.")
    private int port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Load load = new Load(new InetSocketAddress(host, port));
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        out.println("ok ready");
        out.flush();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(load, line.trim(), out));
            out.flush();
        }
        return 0;
    }

    private static String answer(Load load, String line, PrintStream out)
            throws InterruptedException {
        try {
            return perform(load, line.split(" +"), out);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            return "error '" + line + "': " + e.getMessage();
        }
    }

    private static String perform(Load load, String[] words, PrintStream out)
            throws InterruptedException {
        switch (words[0]) {
            case "open":
                load.open(
                        Kind.named(words[1]), Integer.parseInt(words[2]), Options.parse(words, 3));
                return "ok " + load.size();
            case "await-placed":
                return "ok " + load.awaitPlaced(Long.parseLong(words[1])) + " " + load.size();
            case "progress":
                return "ok " + load.replies() + " " + load.alive();
            case "fault":
                load.clock().markFault();
                return "ok";
            case "go":
                load.clock().go();
                return "ok";
            case "finish":
                List<ConnectionRecord> records = load.finish(Long.parseLong(words[1]));
                records.forEach(r -> out.println("conn " + Json.write(r.toMap())));
                return "ok " + records.size();
            default:
                throw new IllegalArgumentException("unknown command");
        }
    }
}
