package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.bench.PauseSoak;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;
import org.coralha.drill.soak.SoakCommand;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 64 busy connections over each kind of fault, without captures: everything is answered. How long
 * they wait is printed, not judged: the machine has other work to do.
 */
@LabTest
class PausesTest {
    static Stream<Arguments> cases() {
        List<SoakCase> cases = PauseSoak.all();
        return FamilyShare.twice(cases)
                .map(run -> Arguments.of(run.what().title(), run.index(), run.what()));
    }

    @ParameterizedTest(name = "{0}, run {1}")
    @MethodSource("cases")
    void everythingIsAnswered(String title, int index, SoakCase one, PairInLab pair) {
        RunResult result = SoakCommand.run(pair.session(), one, index);
        System.out.println(title + ": " + result);
        assertTrue(result.passed(), result.toString());
    }
}
