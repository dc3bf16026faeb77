package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.demo.CaseRow;
import org.coralha.drill.demo.CaseTable;
import org.coralha.drill.demo.FailoverCostCommand;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.LabOptions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Twenty failovers, half of them over each family, each with partly sent replies on 100
 * connections: the median time from the detection of the fault to the first byte out of the
 * survivor.
 */
@LabTest
@Order(Integer.MAX_VALUE - 2)
class FailoverCostTest {
    private static final int RUNS_OF_EACH = 10;
    private static final int CONNECTIONS = 100;
    private static final double LIMIT_MS = 5;

    /** Warm as a host is that has been up for a while. */
    private static LabOptions options() {
        return PairInLab.options().pair("warm.limit.ms", "2500");
    }

    @Test
    void theFirstByteLeavesWithinFiveMilliseconds(PairInLab pair) {
        int runsOfEach = FamilyShare.ofThisRun().of(RUNS_OF_EACH);
        CaseRow all = null;
        List<CaseRow> rows = new ArrayList<>();
        for (Fault fault : List.of(Fault.PRIMARY_CABLE, Fault.PRIMARY_JETTY_KILL)) {
            CaseRow sum = null;
            for (int i = 0; i < runsOfEach; i++) {
                CaseRow run = FailoverCostCommand.once(pair.duplex(options()), fault, CONNECTIONS);
                assertTrue(run.clean(), run.toString());
                assertTrue(run.openAtFault() >= CONNECTIONS, run.toString());
                sum = sum == null ? run : sum.plus(run);
            }
            rows.add(sum);
            all = all == null ? sum : all.plus(sum);
        }
        System.out.print(CaseTable.render(rows));
        System.out.println("detection to first byte, ms: " + all.detectionToFirstByteMs());
        assertEquals(2 * runsOfEach, all.detectionToFirstByteMs().size(), "figures told");
        double medianMs = all.medianDetectionToFirstByteMs().orElseThrow();
        assertTrue(medianMs <= LIMIT_MS, medianMs + " ms, at most " + LIMIT_MS + " are promised");
    }
}
