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
 * step                               connections opened with step=1 ask what matters
 * fault                              the fault happens now
 * go                                 waiting connections go on
 * let-server-end                     a reply may announce the end of its connection unasked
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
        FaultClock clock = load.clock();
        return switch (words[0]) {
            case "open" -> open(load, words);
            case "await-placed" ->
                    "ok " + load.awaitPlaced(Long.parseLong(words[1])) + " " + load.size();
            case "progress" -> "ok " + load.replies() + " " + load.alive();
            case "fault" -> done(clock::markFault);
            case "step" -> done(clock::step);
            case "go" -> done(clock::go);
            case "let-server-end" -> done(clock::letServerEnd);
            case "finish" -> finish(load, Long.parseLong(words[1]), out);
            default -> throw new IllegalArgumentException("unknown command");
        };
    }

    private static String open(Load load, String[] words) {
        Options options = Options.parse(words, 3);
        load.open(Kind.named(words[1]), Integer.parseInt(words[2]), options);
        return "ok " + load.size();
    }

    private static String done(Runnable what) {
        what.run();
        return "ok";
    }

    private static String finish(Load load, long limitMs, PrintStream out)
            throws InterruptedException {
        List<ConnectionRecord> records = load.finish(limitMs);
        records.forEach(record -> out.println("conn " + Json.write(record.toMap())));
        return "ok " + records.size();
    }
}
