package org.coralha.drill.path;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code table2}: runs cases one after the other and prints a line for each. The exit code is 0 if
 * everything was delivered in all of them.
 */
@Command(
        name = "table2",
        description =
                "Packets that get lost, duplicated, reordered or corrupted; clients far away.")
public final class Table2Command implements Callable<Integer> {
    private static final int DUPLEX_LIMIT_SECONDS = 180;

    @Option(names = "--list", description = "Print the names of all cases and end.")
    private boolean list;

    @Option(names = "--case", description = "Run this case; may be repeated. Default: all.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--matching", description = "Run the cases whose name matches this pattern.")
    private Pattern matching;

    @Option(names = "--no-up", description = "Use the lab that is running, and leave it running.")
    private boolean running;

    @Option(names = "--report", description = "File that gets the outcomes as a Markdown table.")
    private Path report;

    @Option(
            names = "--limit-seconds",
            defaultValue = "2147483647",
            description = "Begin no case after this time; the rest is named and not counted.")
    private int limitSeconds;

    private final List<CaseOutcome> outcomes = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        List<NetworkCase> cases = chosen();
        if (list) {
            cases.forEach(one -> System.out.println(one.name()));
            return 0;
        }
        Lab lab = Lab.here();
        try {
            if (!running) {
                lab.up(LabOptions.PLAIN);
            }
            return runAll(lab, cases);
        } finally {
            if (!running) {
                lab.down();
            }
        }
    }

    private List<NetworkCase> chosen() {
        if (!names.isEmpty()) {
            return names.stream().map(NetworkCase::named).toList();
        }
        return NetworkCase.all().stream()
                .filter(one -> matching == null || matching.matcher(one.name()).find())
                .toList();
    }

    private int runAll(Lab lab, List<NetworkCase> cases) throws IOException {
        long start = System.nanoTime();
        int bad = 0;
        int done = 0;
        for (NetworkCase one : cases) {
            if (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) >= limitSeconds) {
                System.out.println("left out " + one.name());
                continue;
            }
            done++;
            bad += run(lab, one) ? 0 : 1;
            if (report != null) {
                Files.writeString(report, OutcomeTable.render(outcomes));
            }
        }
        System.out.println(done - bad + " ok, " + bad + " failed");
        return bad == 0 ? 0 : 1;
    }

    private static String state(Lab lab) {
        try {
            return lab.status().toString();
        } catch (LabException e) {
            return e.getMessage();
        }
    }

    /** A case that could not be placed fails; the others go on. */
    private boolean run(Lab lab, NetworkCase one) {
        long start = System.nanoTime();
        try {
            lab.restore(DUPLEX_LIMIT_SECONDS);
            CaseOutcome outcome = one.run(lab);
            outcomes.add(outcome);
            System.out.println(outcome);
            System.err.println("  " + outcome.pauses());
            return outcome.passed();
        } catch (LabException e) {
            System.out.println("FAIL " + one.name() + ": " + e.getMessage() + "; " + state(lab));
            return false;
        } finally {
            System.err.println("  took " + (System.nanoTime() - start) / 1_000_000 + " ms");
            System.out.flush();
        }
    }
}
