package org.coralha.drill.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;

/**
 * One case once: small requests on every connection, clients and primary warm, then the fault.
 * Nobody looks at the pair, and nothing is captured, until the clients have ended.
 *
 * @param connections of the clients
 * @param everyMs rest of a client between reply and next request, in the mean
 * @param warmMs load before the fault
 * @param afterMs load after the fault
 */
record PauseRun(int connections, int everyMs, int warmMs, int afterMs) {
    private static final long PLACE_LIMIT_MS = 30_000;
    private static final long FINISH_LIMIT_MS = 30_000;
    private static final long SIMPLEX_LIMIT_MS = 10_000;
    private static final int DUPLEX_LIMIT_SECONDS = 20;
    private static final int BUSY_MS = 1000;
    private static final long PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Runs it; the pair must be in duplex. */
    PauseSample run(Lab lab, PauseCase what) throws IOException {
        LabStatus before = lab.status();
        if (!before.mode().equals("DUPLEX")) {
            throw new LabException("pauses are taken from DUPLEX, the pair is " + before);
        }
        String primary = before.hostWith("PRIMARY");
        try (LoadProcess load = LoadProcess.start(lab, lab.service())) {
            load.open(Kind.SMALL, connections, "every=" + everyMs);
            load.awaitPlaced(PLACE_LIMIT_MS);
            Lab.pause(warmMs - BUSY_MS);
            long busyPercent = busyPercent();
            ClientTcp tcp = ClientTcp.read(lab);
            if (what == PauseCase.SWITCHOVER) {
                load.letServerEnd();
            }
            load.fault();
            what.inject(lab, primary);
            Lab.pause(afterMs);
            LoadResult result = load.finish(FINISH_LIMIT_MS);
            ClientTcp since = ClientTcp.read(lab).minus(tcp);
            Map<String, Long> failover = outcome(lab, what, primary);
            result.problems().forEach(System.err::println);
            return new PauseSample(
                    what,
                    numbers(result, "faultPauseMicros"),
                    numbers(result, "faultPauseEndMicros"),
                    result.replies(),
                    result.failed() + result.corrupted() + result.reset(),
                    busyPercent,
                    since.timeouts(),
                    since.retransmissions(),
                    failover);
        }
    }

    private static Map<String, Long> outcome(Lab lab, PauseCase what, String primary) {
        String survivor = what.survivor(primary);
        if (!what.staysDuplex()) {
            lab.awaitSimplex(survivor, SIMPLEX_LIMIT_MS);
            return failover(survivor);
        }
        lab.awaitDuplex(DUPLEX_LIMIT_SECONDS);
        LabStatus after = lab.status();
        if (!after.mode().equals("DUPLEX") || !after.role(survivor).equals("PRIMARY")) {
            throw new LabException(what.title() + ": the pair is " + after);
        }
        return what == PauseCase.SWITCHOVER ? failover(survivor) : Map.of();
    }

    private static Map<String, Long> failover(String survivor) {
        return LabDaemon.status(survivor).get("lastFailover").numbers();
    }

    private static List<Long> numbers(LoadResult result, String member) {
        return result.connections().stream()
                .map(connection -> connection.get(member).number())
                .toList();
    }

    private static long busyPercent() {
        try {
            long busyMicros = MachineTime.busyMicros();
            Lab.pause(BUSY_MS);
            busyMicros = MachineTime.busyMicros() - busyMicros;
            return busyMicros / (TimeUnit.MILLISECONDS.toMicros(BUSY_MS) * PROCESSORS / 100);
        } catch (IOException e) {
            throw new LabException("cannot read the processor time", e);
        }
    }
}
