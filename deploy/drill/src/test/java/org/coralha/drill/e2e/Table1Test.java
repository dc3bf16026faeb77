package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;
import org.coralha.drill.soak.SoakCommand;
import org.coralha.drill.table1.Table1Case;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Table 1 of the CoRAL paper: a host fails in each of eight phases, each placed by what was
 * observed. Here each row meets two kinds of fault; a soak repeats each 50 times over four.
 */
@LabTest
class Table1Test {
    static Stream<Arguments> rows() {
        return FamilyShare.twice(Table1Case.all())
                .map(run -> Arguments.of(run.what().title(), run.index(), run.what()));
    }

    @ParameterizedTest(name = "{0}, run {1}")
    @MethodSource("rows")
    void everyConnectionGoesOn(String title, int index, SoakCase row, PairInLab pair) {
        RunResult result = SoakCommand.run(pair.session(), row, index);
        System.out.println(title + ": " + result);
        assertTrue(result.passed(), result.toString());
    }
}
