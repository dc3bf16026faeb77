package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.demo.CaseRow;
import org.coralha.drill.demo.CaseTable;
import org.coralha.drill.demo.FailoverCostCommand;
import org.coralha.drill.lab.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The survivor tells what a failover cost; the figure itself is judged on a quiet machine. */
@LabTest
class FailoverCostTest {
    @ParameterizedTest
    @EnumSource(names = {"PRIMARY_CABLE", "PRIMARY_JETTY_KILL"})
    void theSurvivorTellsItsCost(Fault fault, PairInLab pair) {
        CaseRow row = FailoverCostCommand.once(pair.duplex(), fault, 100);
        System.out.print(CaseTable.render(java.util.List.of(row)));
        assertTrue(row.clean(), row.toString());
        assertEquals(1, row.detectionToFirstByteMs().size(), "the survivor told no figure");
    }
}
