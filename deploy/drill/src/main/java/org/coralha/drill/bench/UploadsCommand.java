package org.coralha.drill.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.LabStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code uploads}: what each way to acknowledge costs uploads and small requests, beside a plain
 * Jetty in the same lab.
 */
@Command(name = "uploads", description = "Uploads to the pair beside those to a plain Jetty.")
public final class UploadsCommand implements Callable<Integer> {
    private static final long SIMPLEX_LIMIT_MS = 20_000;

    @Option(
            names = "--way",
            split = ",",
            defaultValue = "conditional,eager,lazy,off,simplex",
            description =
                    "Values of the key acknowledgement, or simplex for a primary alone"
                            + " (default ${DEFAULT-VALUE}).")
    private List<String> ways;

    @Option(
            names = "--cable",
            split = ",",
            defaultValue = "0,200",
            description = "Rates of the clients' cable, Mbit/s; 0: no limit (${DEFAULT-VALUE}).")
    private List<Integer> cables;

    @Option(
            names = "--many-mb",
            defaultValue = "200",
            description = "Size of each of eight large uploads at once, MB (default 200).")
    private int manyMegabytes;

    @Option(names = "--rounds", defaultValue = "5", description = "Of each (default 5).")
    private int rounds;

    @Option(names = "--samples", description = "File that keeps the samples of all calls.")
    private Path samples;

    @Option(names = "--report", description = "File that gets the tables as Markdown.")
    private Path report;

    @Option(names = "--pair", description = "Further keys of pair.properties, KEY=VALUE.")
    private List<String> keys = new ArrayList<>();

    private final List<UploadSample> taken = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        if (samples != null && Files.exists(samples)) {
            Files.readAllLines(samples).stream().map(UploadSample::parse).forEach(taken::add);
        }
        for (String way : rounds > 0 ? ways : List.<String>of()) {
            measure(way);
        }
        String text = UploadTable.render(taken);
        System.out.print(text);
        if (report != null) {
            Files.writeString(report, text);
        }
        return 0;
    }

    private void measure(String way) throws IOException {
        boolean alone = way.equals(UploadSample.SIMPLEX);
        LabOptions options = patient();
        for (String key : keys) {
            String[] words = key.split("=", 2);
            options = options.pair(words[0], words[1]);
        }
        Lab lab = Lab.here();
        try {
            lab.up(alone ? options : options.pair("acknowledgement", way));
            if (alone) {
                loseTheBackup(lab);
            }
            try (PlainJetty plain = PlainJetty.start(lab);
                    BenchClient client = BenchClient.start(lab)) {
                UploadRun run =
                        new UploadRun(
                                lab,
                                client,
                                plain.address(),
                                way,
                                manyMegabytes * 1_000_000,
                                this::keep);
                run.warm();
                for (int round = 0; round < rounds; round++) {
                    for (int cable : cables) {
                        run.round(cable);
                    }
                }
            }
        } finally {
            lab.down();
        }
    }

    /** What is measured is throughput: saturated processors shall not look like a dead host. */
    private static LabOptions patient() {
        return LabOptions.PLAIN
                .pair("heartbeat.limit", "20")
                .pair("jetty.pulse.limit.ms", "20000")
                .pair("log.ack.limit.ms", "20000");
    }

    private static void loseTheBackup(Lab lab) {
        String primary = lab.status().hostWith("PRIMARY");
        lab.kill(LabStatus.peer(primary), "host", "KILL");
        lab.awaitSimplex(primary, SIMPLEX_LIMIT_MS);
    }

    private void keep(UploadSample sample) {
        taken.add(sample);
        System.err.println(UploadTable.line(sample));
        if (samples == null) {
            return;
        }
        try {
            Files.writeString(
                    samples,
                    sample.toJson() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep samples in " + samples, e);
        }
    }
}
