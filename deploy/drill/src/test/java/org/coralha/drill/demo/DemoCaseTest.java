package org.coralha.drill.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.coralha.drill.e2e.LabTest;
import org.coralha.drill.e2e.PairInLab;
import org.coralha.drill.lab.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The demo's own cases, with curl and wrk beside the checking clients. */
@LabTest
class DemoCaseTest {
    @ParameterizedTest
    @EnumSource(names = {"PRIMARY_CABLE", "PRIMARY_JETTY_KILL"})
    void isClean(Fault fault, PairInLab pair) {
        CaseRow row = new DemoCase(pair.duplex(), System.out).run(fault);
        System.out.print(CaseTable.render(java.util.List.of(row)));
        assertTrue(row.clean(), row.toString());
    }
}
