package org.coralha.drill.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code failover-cost}: many failovers with replies owed on every connection; prints the median
 * time from detection to the first byte out of the survivor.
 */
@Command(name = "failover-cost", description = "Median cost of a failover over many runs.")
public final class FailoverCostCommand implements Callable<Integer> {
    private static final int DUPLEX_LIMIT_SECONDS = 180;

    @Option(names = "--runs", defaultValue = "20", description = "Failovers (default 20).")
    private int runs;

    @Option(names = "--connections", defaultValue = "100", description = "Default 100.")
    private int connections;

    @Option(names = "--no-up", description = "Use the lab that is running.")
    private boolean running;

    @Override
    public Integer call() {
        Lab lab = Lab.here();
        try {
            if (!running) {
                lab.up(LabOptions.PLAIN);
            }
            List<CaseRow> rows = new ArrayList<>();
            for (Fault fault : DemoCase.faults()) {
                CaseRow row = run(lab, fault);
                for (int i = 1; i < runs; i++) {
                    row = row.plus(run(lab, fault));
                }
                rows.add(row);
            }
            System.out.print(CaseTable.render(rows));
            return rows.stream().allMatch(CaseRow::clean) ? 0 : 1;
        } finally {
            if (!running) {
                lab.down();
            }
        }
    }

    private CaseRow run(Lab lab, Fault fault) {
        lab.restore(DUPLEX_LIMIT_SECONDS);
        return once(lab, fault, connections);
    }

    /**
     * One failover with partly sent replies on every connection; the pair must be in duplex.
     *
     * @throws LabException if a packet broke a rule
     */
    public static CaseRow once(Lab lab, Fault fault, int connections) {
        try (Drill drill = Drill.begin(lab, false)) {
            drill.load().open(Kind.SLOW, connections, "bytes=1500000", "rate=1000000");
            drill.load().awaitPlaced(20_000);
            String survivor = drill.inject(fault);
            FailoverFigures figures = FailoverFigures.of(survivor);
            Drill.Outcome outcome = drill.finish(30_000);
            CaseRow row =
                    new CaseRow(
                            fault.title(),
                            outcome.openAtFault(),
                            outcome.load().replies(),
                            outcome.load().failed(),
                            outcome.load().corrupted(),
                            outcome.load().reset(),
                            outcome.load().faultPauseMs(),
                            figures.detectionToFirstByteMs().stream().boxed().toList());
            System.err.println("  " + row + (outcome.load().clean() ? "" : "\n" + outcome));
            if (!outcome.wire().clean()) {
                throw new LabException("packets broke a rule: " + outcome);
            }
            return row;
        }
    }
}
