package org.coralha.drill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code pauses}: the longest wait that a fault costs each of many busy connections. The
 * undisturbed case is the noise floor of the machine: what it shows, no fault has caused.
 */
@Command(name = "pauses", description = "Longest pause of each busy connection around a fault.")
public final class PauseCommand implements Callable<Integer> {
    private static final int DUPLEX_LIMIT_SECONDS = 180;
    private static final String WARM_LIMIT_MS = "5000"; // as is usual outside of the lab
    private static final String CASES = "undisturbed,primary-kill,primary-cable,backup-kill";

    @Option(
            names = "--fault",
            split = ",",
            defaultValue = CASES,
            description =
                    "undisturbed, primary-cable, primary-kill, backup-kill, backup-cable,"
                            + " switchover (default ${DEFAULT-VALUE}).")
    private List<String> faults;

    @Option(names = "--runs", defaultValue = "5", description = "Of each case (default 5).")
    private int runs;

    @Option(names = "--connections", defaultValue = "64", description = "Default 64.")
    private int connections;

    @Option(
            names = "--every",
            defaultValue = "20",
            description = "Mean rest of a client between two requests, ms (default 20).")
    private int everyMs;

    @Option(names = "--warm", defaultValue = "6000", description = "Load before, ms (6000).")
    private int warmMs;

    @Option(names = "--after", defaultValue = "1500", description = "Load after, ms (1500).")
    private int afterMs;

    @Option(names = "--samples", description = "File that keeps the samples of all calls.")
    private Path samples;

    @Option(names = "--cold", description = "Without warm.paths, as if the operator named none.")
    private boolean cold;

    @Option(names = "--no-up", description = "Use the lab that is running.")
    private boolean running;

    @Override
    public Integer call() throws IOException {
        List<PauseCase> cases = faults.stream().map(PauseCase::named).toList();
        List<PauseSample> taken = kept();
        if (runs > 0) {
            Lab lab = Lab.here();
            try {
                if (!running) {
                    lab.up(
                            cold
                                    ? LabOptions.PLAIN.pair("warm.paths", "")
                                    : LabOptions.PLAIN.pair("warm.limit.ms", WARM_LIMIT_MS));
                }
                take(lab, cases, taken);
            } finally {
                if (!running) {
                    lab.down();
                }
            }
        }
        System.out.print(PauseTable.render(taken));
        return taken.stream().allMatch(sample -> sample.wrong() == 0) ? 0 : 1;
    }

    private void take(Lab lab, List<PauseCase> cases, List<PauseSample> taken) throws IOException {
        PauseRun run = new PauseRun(connections, everyMs, warmMs, afterMs);
        for (int i = 0; i < runs; i++) {
            for (PauseCase what : cases) {
                lab.restore(DUPLEX_LIMIT_SECONDS);
                PauseSample sample = run.run(lab, what);
                taken.add(sample);
                keep(sample);
                System.err.print(PauseTable.render(List.of(sample)).lines().skip(2).toList());
                System.err.println(" " + sample.failover());
            }
        }
    }

    private List<PauseSample> kept() throws IOException {
        if (samples == null || !Files.exists(samples)) {
            return new ArrayList<>();
        }
        return new ArrayList<>(
                Files.readAllLines(samples).stream().map(PauseSample::parse).toList());
    }

    private void keep(PauseSample sample) throws IOException {
        if (samples != null) {
            Files.writeString(
                    samples,
                    sample.toJson() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }
}
