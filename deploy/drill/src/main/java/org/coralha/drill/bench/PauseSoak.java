package org.coralha.drill.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.coralha.drill.soak.LabSession;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;

/** The pauses of one kind of fault, among the cases of a soak. */
public final class PauseSoak implements SoakCase {
    private static final int RUNS = 20;
    private static final PauseRun RUN = new PauseRun(64, 20, 3000, 1500);

    private final PauseCase what;

    private PauseSoak(PauseCase what) {
        this.what = what;
    }

    /** One case for each kind, the undisturbed one first. */
    public static List<SoakCase> all() {
        return Stream.of(PauseCase.values()).<SoakCase>map(PauseSoak::new).toList();
    }

    @Override
    public String name() {
        return "pauses-" + what.word();
    }

    @Override
    public String title() {
        return "64 busy connections: " + what.title();
    }

    @Override
    public int runs() {
        return RUNS;
    }

    @Override
    public RunResult run(LabSession session, int index) {
        try {
            PauseSample sample = RUN.run(session.lab(), what);
            long longest =
                    sample.pausesMicros().stream().mapToLong(Long::longValue).max().orElse(0);
            String problem = sample.wrong() == 0 ? "" : sample.wrong() + " went wrong";
            return new RunResult(
                    what.word(),
                    sample.replies(),
                    sample.wrong(),
                    0,
                    0,
                    0,
                    longest / 1000.0,
                    problem);
        } catch (IOException e) {
            return RunResult.broken(what.word(), e.toString());
        }
    }
}
