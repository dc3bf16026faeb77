package org.coralha.drill.demo;

import java.io.PrintStream;
import java.util.List;
import java.util.OptionalDouble;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Curls;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.Wrk;

/** One fault under the mixed load of the demo: curl, wrk and the checking clients. */
final class DemoCase {
    private static final int WRK_CONNECTIONS = 20;
    private static final int WRK_SECONDS = 10;
    private static final int PLACE_LIMIT_MS = 30_000;
    private static final int FINISH_LIMIT_MS = 60_000;
    private static final int REPLIES_AFTER = 500;
    private static final int CURL_PAIRS = 4;

    private final Lab lab;
    private final PrintStream log;

    DemoCase(Lab lab, PrintStream log) {
        this.lab = lab;
        this.log = log;
    }

    /** Runs the case once; the pair must be in duplex. */
    CaseRow run(Fault fault) {
        try (Drill drill = Drill.begin(lab, false);
                Curls curls = new Curls(lab, drill.service())) {
            open(drill.load());
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            Wrk wrk = startForeign(drill, curls);
            drill.load().open(Kind.SLOW, 20, "bytes=6000000", "rate=1000000");
            drill.load().open(Kind.HANDLER, 50, "ms=400");
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            log.println("  " + curls.alive() + " curl processes in the middle of their bodies");
            strike(drill, fault);
            return row(fault, drill, curls, wrk, figures(drill.survivorOf(fault)));
        }
    }

    /** A pair that does not come through shows in the table, not as an error of the drill. */
    private void strike(Drill drill, Fault fault) {
        try {
            String survivor = drill.inject(fault);
            log.println("  " + fault.title() + ": " + survivor + " serves alone");
            drill.load().awaitReplies(REPLIES_AFTER, PLACE_LIMIT_MS);
        } catch (LabException e) {
            log.println("  " + e.getMessage());
        }
    }

    private FailoverFigures figures(String survivor) {
        try {
            return FailoverFigures.of(survivor);
        } catch (LabException e) {
            log.println("  " + e.getMessage());
            return new FailoverFigures(OptionalDouble.empty());
        }
    }

    private Wrk startForeign(Drill drill, Curls curls) {
        for (int i = 0; i < CURL_PAIRS; i++) {
            curls.download(40_000_000);
            curls.upload(32_000_000);
        }
        String path = "/demo/random?bytes=1000";
        Wrk wrk = Wrk.start(lab, drill.service(), WRK_CONNECTIONS, WRK_SECONDS, path);
        curls.awaitBytes(500_000, PLACE_LIMIT_MS);
        return wrk;
    }

    private static void open(LoadProcess load) {
        load.open(Kind.IDLE, 100);
        load.open(Kind.HEAD_PART, 20);
        load.open(Kind.UPLOAD_PART, 16, "bytes=100000");
        load.open(Kind.UPLOAD_PART, 4, "bytes=20000000");
        load.open(Kind.SMALL, 10);
        load.open(Kind.MIXED, 6, "max=2000000");
        load.open(Kind.PIPELINE, 4);
        load.open(Kind.CLOSE, 4);
        load.open(Kind.HTTP10, 2);
        load.open(Kind.EXPECT, 4);
        load.open(Kind.CALL, 6, "id=demo-" + System.nanoTime());
    }

    private CaseRow row(Fault fault, Drill drill, Curls curls, Wrk wrk, FailoverFigures figures) {
        Curls.Result curl = curls.finish(FINISH_LIMIT_MS);
        Wrk.Result wrks = wrk.finish();
        Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
        log.println("  checking clients: " + outcome.load());
        log.println("  longest pauses: " + String.join(", ", outcome.load().longestPauses()));
        log.println("  curl: " + curl);
        log.println("  wrk: " + wrks);
        log.println("  capture: " + outcome.wire().toString().replace("\n", "\n  "));
        return new CaseRow(
                fault.title(),
                outcome.openAtFault(),
                outcome.load().replies() + curl.replies() + wrks.replies(),
                outcome.load().failed() + curl.failed() + wrks.failed(),
                outcome.load().corrupted() + curl.corrupted(),
                outcome.load().reset() + curl.reset() + wrks.reset(),
                outcome.load().faultPauseMs(),
                figures.detectionToFirstByteMs().stream().boxed().toList());
    }

    static List<Fault> faults() {
        return List.of(Fault.PRIMARY_CABLE, Fault.PRIMARY_JETTY_KILL);
    }
}
