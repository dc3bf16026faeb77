package org.coralha.drill.endurance;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.soak.LabSession;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;

/**
 * Fail, rejoin, duplex: under one load that goes on all the time. Roles and kinds of fault take
 * turns, and because roles are swapped, hosts do as well. Afterwards both hosts hold no more of the
 * machine than before the first cycle, and their processes no more than after the first few.
 */
public final class CyclesCase implements SoakCase {
    private static final int RUNS = 100;
    private static final int WARM_RUNS = 4;
    private static final int PLACE_LIMIT_MS = 30_000;
    private static final int FINISH_LIMIT_MS = 60_000;
    private static final int DUPLEX_LIMIT_SECONDS = 180;
    private static final String ENDED_MS = "3000"; // else a footprint is to be had after minutes
    private static final int REPLIES_ALONE = 300;
    private static final int REPLIES_IN_DUPLEX = 500;

    private Footprint begin;
    private Footprint warm;
    private int runsHere;

    @Override
    public String name() {
        return "cycles";
    }

    @Override
    public String title() {
        return "Cycles: fail, rejoin, duplex under load";
    }

    @Override
    public int runs() {
        return RUNS;
    }

    @Override
    public LabOptions options() {
        return LabSession.options().pair("flow.ended.ms", ENDED_MS);
    }

    /** Primary and backup in turn; cable, SIGKILL of Jetty and of the daemon, SIGSTOP of Jetty. */
    static Fault fault(int index) {
        List<Fault> kinds = Fault.of(index % 2 == 0 ? "PRIMARY" : "BACKUP");
        return kinds.get(index / 2 % kinds.size());
    }

    @Override
    public RunResult run(LabSession session, int index) {
        Lab lab = session.lab();
        look(lab);
        Fault fault = fault(index);
        try (Drill drill = Drill.begin(lab, false)) {
            open(drill.load());
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            String survivor = drill.inject(fault);
            drill.load().awaitReplies(REPLIES_ALONE, PLACE_LIMIT_MS);
            drill.load().letServerEnd();
            lab.restore(DUPLEX_LIMIT_SECONDS);
            drill.load().awaitReplies(REPLIES_IN_DUPLEX, PLACE_LIMIT_MS);
            LabStatus after = lab.status();
            Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
            return RunResult.of(fault.title(), outcome).and(wrongRoles(after, survivor));
        }
    }

    /** Processes grow while they become warm; what is held of the kernel need not. */
    private void look(Lab lab) {
        if (begin == null) {
            begin = Footprint.of(lab).ofMachine();
        }
        if (runsHere++ == WARM_RUNS) {
            warm = Footprint.of(lab).ofProcesses();
        }
    }

    private static void open(LoadProcess load) {
        load.open(Kind.IDLE, 20);
        load.open(Kind.HEAD_PART, 4);
        load.open(Kind.SLOW, 4, "bytes=6000000", "rate=500000");
        load.open(Kind.UPLOAD_PART, 4, "bytes=100000");
        load.open(Kind.SMALL, 8);
        load.open(Kind.MIXED, 4, "max=500000");
        load.open(Kind.PIPELINE, 2);
        load.open(Kind.CLOSE, 4);
        load.open(Kind.EXPECT, 2);
        load.open(Kind.UPLOAD, 2, "bytes=100000");
        load.open(Kind.CALL, 4, "id=cycle-" + System.nanoTime());
    }

    private static String wrongRoles(LabStatus status, String survivor) {
        boolean right = status.mode().equals("DUPLEX") && status.role(survivor).equals("PRIMARY");
        return right ? "" : survivor + " is not the primary of a pair: " + status;
    }

    @Override
    public String afterwards(LabSession session) {
        if (begin == null) {
            return "";
        }
        Lab lab = session.duplex(options());
        Footprint now = Footprint.awaitQuiet(lab, begin);
        List<String> grown = new ArrayList<>(now.ofMachine().grownSince(begin));
        if (warm != null) {
            grown.addAll(now.ofProcesses().grownSince(warm));
        }
        begin = null;
        warm = null;
        runsHere = 0;
        return grown.isEmpty()
                ? ""
                : "grown over the cycles: "
                        + String.join(", ", grown)
                        + "; "
                        + Footprint.sockets(lab);
    }
}
