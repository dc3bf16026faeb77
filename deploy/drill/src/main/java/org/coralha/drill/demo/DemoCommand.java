package org.coralha.drill.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the table of what clients saw when the primary died. */
@Command(name = "demo", description = "Breaks the pair under load and prints what clients saw.")
public final class DemoCommand implements Callable<Integer> {
    private static final int DUPLEX_LIMIT_SECONDS = 180;
    private static final String NOTE =
            "Longest pause: longest wait for a byte that ended after the fault, less the time that"
                    + " the application was asked to take, once. Detection to first byte: told by"
                    + " the survivor's daemon.";

    @Option(names = "--runs", defaultValue = "1", description = "Runs of each case (default 1).")
    private int runs;

    @Option(names = "--table", description = "File that the table is written to as Markdown.")
    private Path table;

    @Option(names = "--keep-lab", description = "Leave the lab running at the end.")
    private boolean keepLab;

    @Override
    public Integer call() throws IOException {
        Lab lab = Lab.here();
        try {
            lab.up(LabOptions.PLAIN);
            List<CaseRow> rows = new ArrayList<>();
            for (Fault fault : DemoCase.faults()) {
                rows.add(runCase(lab, fault));
            }
            return report(rows);
        } finally {
            if (!keepLab) {
                lab.down();
            }
        }
    }

    private CaseRow runCase(Lab lab, Fault fault) {
        CaseRow sum = null;
        for (int i = 0; i < runs; i++) {
            System.err.println(fault.title() + ", run " + (i + 1) + " of " + runs);
            lab.restore(DUPLEX_LIMIT_SECONDS);
            CaseRow run = new DemoCase(lab, System.err).run(fault);
            sum = sum == null ? run : sum.plus(run);
        }
        return sum;
    }

    private int report(List<CaseRow> rows) throws IOException {
        String text = CaseTable.render(rows);
        System.out.print(text);
        System.err.println(NOTE);
        if (table != null) {
            Files.writeString(table, text);
        }
        return rows.stream().allMatch(CaseRow::clean) ? 0 : 1;
    }
}
