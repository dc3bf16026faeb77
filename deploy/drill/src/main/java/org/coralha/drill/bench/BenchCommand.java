package org.coralha.drill.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.Wrk;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code bench}: throughput and processor time for each request of a plain Jetty and of the pair in
 * duplex. Client, both hosts and the network share the machine: compare the rows, not the numbers.
 */
@Command(name = "bench", description = "Plain Jetty and the pair: throughput, time per request.")
public final class BenchCommand implements Callable<Integer> {
    private static final List<Integer> SIZES_BYTES = List.of(100, 1000, 10_000, 50_000);
    private static final int WARM_SECONDS = 3;

    @Option(names = "--seconds", defaultValue = "5", description = "For each row (default 5).")
    private int seconds;

    @Option(names = "--connections", defaultValue = "50", description = "Of wrk (default 50).")
    private int connections;

    @Option(names = "--no-up", description = "Use the lab that is running.")
    private boolean running;

    @Override
    public Integer call() throws IOException {
        Lab lab = Lab.here();
        try {
            if (!running) {
                lab.up(LabOptions.PLAIN);
            }
            System.out.println("| reply, bytes | server | requests/s | processor us/request |");
            System.out.println("|-------------:|:-------|-----------:|---------------------:|");
            try (PlainJetty plain = PlainJetty.start(lab)) {
                measure(lab, "plain Jetty", plain.address());
            }
            measure(lab, "pair in duplex", lab.service());
            return 0;
        } finally {
            if (!running) {
                lab.down();
            }
        }
    }

    private void measure(Lab lab, String name, InetSocketAddress address) throws IOException {
        for (int bytes : SIZES_BYTES) {
            String path = "/demo/random?bytes=" + bytes;
            run(lab, address, WARM_SECONDS, path);
            long busyMicros = MachineTime.busyMicros();
            Wrk.Result result = run(lab, address, seconds, path);
            busyMicros = MachineTime.busyMicros() - busyMicros;
            System.out.printf(
                    Locale.ROOT,
                    "| %12d | %s | %10d | %20d |%n",
                    bytes,
                    name,
                    result.replies() / seconds,
                    busyMicros / Math.max(1, result.replies()));
        }
    }

    private Wrk.Result run(Lab lab, InetSocketAddress address, int length, String path) {
        Wrk.Result result = Wrk.start(lab, address, connections, length, path).finish();
        if (result.failed() + result.reset() > 0) {
            System.out.println("errors at " + address + path + ": " + result);
        }
        return result;
    }
}
