package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Ledger;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.LoadResult;

/**
 * Checking clients of every kind that a path needs traffic of, for one case. One controlling
 * thread.
 */
final class BusyLoad implements AutoCloseable {
    private static final long FINISH_LIMIT_MS = 120_000;
    private static final long SIMPLEX_LIMIT_MS = 20_000;

    private final Lab lab;
    private final String ledgerId = "path-" + System.nanoTime();
    private final LabStatus start;
    private final LoadProcess clients;

    private BusyLoad(Lab lab, LabStatus start) {
        this.lab = lab;
        this.start = start;
        this.clients = LoadProcess.start(lab, lab.service());
    }

    /**
     * Starts clients without connections.
     *
     * @throws LabException unless the pair is in duplex
     */
    static BusyLoad begin(Lab lab) {
        LabStatus status = lab.status();
        if (!status.mode().equals("DUPLEX")) {
            throw new LabException("the case starts from DUPLEX, the pair is " + status);
        }
        return new BusyLoad(lab, status);
    }

    LoadProcess clients() {
        return clients;
    }

    String primary() {
        return start.hostWith("PRIMARY");
    }

    String backup() {
        return start.hostWith("BACKUP");
    }

    /** Uploads, downloads, small, pipelined and short-lived connections, and ledger entries. */
    void open(int bigBytes) {
        clients.open(Kind.SMALL, 4);
        clients.open(Kind.CLOSE, 2);
        clients.open(Kind.PIPELINE, 2, "depth=6");
        clients.open(Kind.MIXED, 2, "max=200000");
        clients.open(Kind.UPLOAD, 3, "bytes=100000");
        clients.open(Kind.UPLOAD, 2, "bytes=" + bigBytes);
        clients.open(Kind.EXPECT, 2);
        clients.open(Kind.DOWNLOAD, 2, "bytes=" + bigBytes);
        clients.open(Kind.CALL, 4, "id=" + ledgerId);
    }

    /** True while the pair is as it was at the beginning. */
    boolean sameRoles() {
        LabStatus now = lab.status();
        return now.mode().equals("DUPLEX") && now.role(primary()).equals("PRIMARY");
    }

    /** The primary fails; its backup goes on alone. */
    void strike(Fault fault) {
        clients.fault();
        fault.inject(lab, primary());
        lab.awaitSimplex(backup(), SIMPLEX_LIMIT_MS);
    }

    LoadResult finish() {
        return clients.finish(FINISH_LIMIT_MS);
    }

    /**
     * What the ledger says that it must not.
     *
     * @param extra executions that a request may have beyond the first one
     */
    List<String> ledgerFaults(int extra) {
        List<String> faults = new ArrayList<>();
        Map<String, List<Ledger.Entry>> entries = new Ledger(lab).entries(ledgerId);
        entries.forEach(
                (id, lines) -> {
                    long transactions =
                            lines.stream().map(Ledger.Entry::transaction).distinct().count();
                    if (lines.size() > 1 + extra || transactions > 1) {
                        faults.add("executed " + lines.size() + " times: " + lines);
                    }
                });
        if (entries.isEmpty()) {
            faults.add("no request reached the ledger");
        }
        return faults;
    }

    @Override
    public void close() {
        clients.close();
    }
}
