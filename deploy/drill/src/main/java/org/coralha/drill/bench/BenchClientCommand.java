package org.coralha.drill.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;

/**
 * {@code bench-client}: the clients of a benchmark, one process for all of it, so that nothing is
 * measured while a virtual machine starts. Controlled line by line over standard input:
 *
 * <pre>
 * uploads HOST PORT BYTES FLOWS COUNT   each of FLOWS connections uploads COUNT times BYTES bytes:
 *                                       "ok MICROS BUSY" from the first byte to the last reply, and
 *                                       processor time of the machine meanwhile
 * small HOST PORT PATTERN COUNT         "ok MICROS MICROS ...", one for each request of one connection
 * </pre>
 *
 * Each command is answered by one line that starts with "ok" or "error". The process ends at the
 * end of standard input.
 */
@Command(name = "bench-client", hidden = true, description = "The clients of bench uploads.")
public final class BenchClientCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(line.trim().split(" +", -1)));
        }
        return 0;
    }

    private static String answer(String[] words) {
        try {
            InetSocketAddress server = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
            if (words[0].equals("uploads")) {
                long bytes = Long.parseLong(words[3]);
                int flows = Integer.parseInt(words[4]);
                return "ok " + uploads(server, bytes, flows, Integer.parseInt(words[5]));
            }
            StringBuilder answer = new StringBuilder("ok");
            for (long micros :
                    small(server, SmallPattern.named(words[3]), Integer.parseInt(words[4]))) {
                answer.append(' ').append(micros);
            }
            return answer.toString();
        } catch (IOException | ExecutionException | RuntimeException e) {
            return "error " + String.join(" ", words) + ": " + e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "error interrupted";
        }
    }

    private static String uploads(InetSocketAddress server, long bytes, int flows, int count)
            throws IOException, InterruptedException, ExecutionException {
        List<BenchConnection> connections = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(flows);
        try {
            for (int i = 0; i < flows; i++) {
                connections.add(BenchConnection.open(server, true));
                connections.get(i).exchange(SmallPattern.GET_WHOLE);
            }
            long busyMicros = MachineTime.busyMicros();
            long startNs = System.nanoTime();
            List<Future<Void>> running = new ArrayList<>();
            for (BenchConnection connection : connections) {
                running.add(threads.submit(() -> upload(connection, bytes, count)));
            }
            for (Future<Void> one : running) {
                one.get();
            }
            long micros = (System.nanoTime() - startNs) / 1000;
            return micros + " " + (MachineTime.busyMicros() - busyMicros);
        } finally {
            threads.shutdownNow();
            for (BenchConnection connection : connections) {
                connection.close();
            }
        }
    }

    private static Void upload(BenchConnection connection, long bytes, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            connection.upload(bytes);
        }
        return null;
    }

    /** Nagle's algorithm is on. */
    private static List<Long> small(InetSocketAddress server, SmallPattern pattern, int count)
            throws IOException {
        List<Long> micros = new ArrayList<>();
        try (BenchConnection connection = BenchConnection.open(server, false)) {
            for (int i = 0; i < count; i++) {
                long startNs = System.nanoTime();
                connection.exchange(pattern);
                micros.add((System.nanoTime() - startNs) / 1000);
            }
        }
        return micros;
    }
}
