package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.bench.PauseSoak;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.SwitchCapture;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;
import org.coralha.drill.soak.SoakCommand;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 64 busy connections over each kind of fault: everything is answered, and the wire is judged. How
 * long they wait is printed, not judged: the machine has other work to do, and captures. The
 * figures of {@code bench pauses} and of soaks are taken without.
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
        Lab lab = pair.duplex(one.options());
        try (SwitchCapture capture = SwitchCapture.start(lab, "tcp")) {
            RunResult result = SoakCommand.run(pair.session(), one, index);
            System.out.println(title + ": " + result);
            assertTrue(result.passed(), result.toString());
            WireAssertions.assertJudgedButForEnds(capture);
        }
    }
}
