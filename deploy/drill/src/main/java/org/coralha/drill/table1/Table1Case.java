package org.coralha.drill.table1;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.soak.LabSession;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;

/**
 * One row of Table 1. Faults take turns: cable, kill -9 of Jetty, kill -9 of the daemon, SIGSTOP of
 * Jetty; hosts do too, because roles are swapped after each.
 */
public final class Table1Case implements SoakCase {
    private static final int RUNS = 50;
    private static final int FINISH_LIMIT_MS = 45_000;

    private final Table1Row row;

    private Table1Case(Table1Row row) {
        this.row = row;
    }

    /** All eight. */
    public static List<SoakCase> all() {
        return Stream.of(Table1Row.values()).<SoakCase>map(Table1Case::new).toList();
    }

    @Override
    public String name() {
        return "table1-row" + row.number();
    }

    @Override
    public String title() {
        return String.format(
                Locale.ROOT,
                "Table 1, row %d: %s fails, %s",
                row.number(),
                row.victimRole().toLowerCase(Locale.ROOT),
                row.phase());
    }

    @Override
    public int runs() {
        return RUNS;
    }

    @Override
    public RunResult run(LabSession session, int index) {
        List<Fault> faults = Fault.of(row.victimRole());
        Fault fault = faults.get(index % faults.size());
        Lab lab = session.lab();
        String id = name() + "-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, true);
                Placement placement = new Placement(drill, session.faults(), id)) {
            row.place(placement);
            String survivor = drill.inject(fault, placement::close);
            session.faults().disarm();
            Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
            RunResult seen = RunResult.of(fault.title(), outcome);
            return (row.isIdle() ? seen : seen.withoutPause())
                    .and(openEnough(outcome))
                    .and(placement.wrongInLedger(row.executions(), survivor))
                    .and(lossless(outcome));
        }
    }

    private static String openEnough(Drill.Outcome outcome) {
        return outcome.openAtFault() >= Table1Row.COUNT
                ? ""
                : outcome.openAtFault() + " connections were open at the fault";
    }

    /** A capture that lost packets, or could not judge them, proves nothing. */
    private static String lossless(Drill.Outcome outcome) {
        boolean judged =
                outcome.wire().lost() == 0
                        && outcome.wire().control().unchecked() == 0
                        && outcome.wire().data().unchecked() == 0
                        && outcome.wire().data().serviceSegments() > 0
                        && outcome.wire().atSwitch().logged() > 0;
        return judged ? "" : "the capture is no proof: " + outcome.wire();
    }
}
