package org.coralha.drill.endurance;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.bench.MachineTime;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.Wrk;
import org.coralha.drill.soak.LabSession;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;

/**
 * A minute of load without a fault while every processor has more to do than it can: wrk, checking
 * clients, and one endless loop for each processor. The pair must stay as it is.
 */
public final class SaturationCase implements SoakCase {
    private static final int RUNS = 30;
    private static final int SECONDS = 60;
    private static final int PLACE_LIMIT_MS = 60_000;
    private static final int FINISH_LIMIT_MS = 90_000;
    private static final int WRK_CONNECTIONS = 32;
    private static final double IDLE_LIMIT = 0.05;
    private static final List<String> LOOP = List.of("sh", "-c", "while :; do :; done");

    @Override
    public String name() {
        return "saturation";
    }

    @Override
    public String title() {
        return "A minute with all processors saturated, no fault";
    }

    @Override
    public int runs() {
        return RUNS;
    }

    @Override
    public RunResult run(LabSession session, int index) {
        Lab lab = session.lab();
        LabStatus before = lab.status();
        List<Process> loops = new ArrayList<>();
        try (Drill drill = Drill.begin(lab, false)) {
            open(drill.load());
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                loops.add(lab.start(Lab.CLIENT, LOOP));
            }
            double idle = MachineTime.idleShare(() -> load(lab, drill.service()));
            loops.forEach(Process::destroyForcibly);
            Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
            return RunResult.of("no fault", outcome)
                    .withoutPause()
                    .and(change(before, lab.status()))
                    .and(idle <= IDLE_LIMIT ? "" : "processors idle for " + idle);
        } finally {
            loops.forEach(Process::destroyForcibly);
        }
    }

    private static void load(Lab lab, InetSocketAddress service) {
        Wrk.Result result =
                Wrk.start(lab, service, WRK_CONNECTIONS, SECONDS, "/demo/random?bytes=2000")
                        .finish();
        if (result.failed() + result.reset() > 0) {
            throw new IllegalStateException("wrk: " + result);
        }
    }

    private static void open(LoadProcess load) {
        load.open(Kind.IDLE, 20);
        load.open(Kind.SMALL, 8, "every=0");
        load.open(Kind.MIXED, 4, "max=500000", "every=0");
        load.open(Kind.CLOSE, 4, "every=0");
        load.open(Kind.UPLOAD, 2, "bytes=100000", "every=0");
    }

    private static String change(LabStatus before, LabStatus after) {
        boolean same =
                after.mode().equals("DUPLEX")
                        && before.epoch("a") == after.epoch("a")
                        && before.epoch("b") == after.epoch("b");
        return same ? "" : "false failover: " + before + " became " + after;
    }
}
