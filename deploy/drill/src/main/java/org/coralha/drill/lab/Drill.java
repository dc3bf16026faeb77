package org.coralha.drill.lab;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * One fault under one load: starts from duplex, ends with what the clients and the captures saw.
 * One controlling thread.
 */
public final class Drill implements AutoCloseable {
    private static final long SIMPLEX_LIMIT_MS = 10_000;
    private static final long QUIET_MS = 1000;

    private final Lab lab;
    private final String primary;
    private final InetSocketAddress service;
    private final Captures captures;
    private final LoadProcess load;
    private long openAtFault;

    /**
     * @param load what the clients saw
     * @param wire what the captures saw
     * @param openAtFault TCP connections to the service at the fault
     */
    public record Outcome(LoadResult load, Captures.Report wire, long openAtFault) {
        /** True if clients and captures found nothing wrong. */
        public boolean clean() {
            return load.clean() && wire.clean();
        }

        @Override
        public String toString() {
            return openAtFault + " open at the fault; " + load + "\n" + wire;
        }
    }

    private Drill(Lab lab, LabStatus status, boolean captureAll) {
        this.lab = lab;
        this.primary = status.hostWith("PRIMARY");
        this.service = lab.service();
        this.captures = Captures.start(lab, service, captureAll);
        this.load = LoadProcess.start(lab, service);
    }

    /**
     * Starts captures and a load without connections.
     *
     * @param captureAll true to capture whole packets of all connections
     * @throws LabException unless the pair is in duplex
     */
    public static Drill begin(Lab lab, boolean captureAll) {
        LabStatus status = lab.status();
        if (!status.mode().equals("DUPLEX")) {
            throw new LabException("the drill starts from DUPLEX, the pair is " + status);
        }
        return new Drill(lab, status, captureAll);
    }

    /** The clients. */
    public LoadProcess load() {
        return load;
    }

    /** The lab. */
    public Lab lab() {
        return lab;
    }

    /** Host that was primary at the beginning. */
    public String primary() {
        return primary;
    }

    /** Host that was backup at the beginning. */
    public String backup() {
        return LabStatus.peer(primary);
    }

    /** A pair that changed before the fault did so without a cause: that is no success. */
    private void requireDuplex() {
        LabStatus status = lab.status();
        if (!status.mode().equals("DUPLEX") || !status.role(primary).equals("PRIMARY")) {
            throw new LabException("the pair changed before the fault, without a cause: " + status);
        }
    }

    /** Host that goes on alone after the fault. */
    public String survivorOf(Fault fault) {
        return fault.victimRole().equals("PRIMARY") ? backup() : primary;
    }

    /** Address and port of the service. */
    public InetSocketAddress service() {
        return service;
    }

    /** Established TCP connections from the clients' network to the service. */
    public long openConnections() {
        String destination = service.getAddress().getHostAddress() + ":" + service.getPort();
        Shell.Result result =
                lab.exec(
                        Lab.CLIENT,
                        10_000,
                        List.of("ss", "-Htn", "state", "established", "dst", destination));
        return result.out().lines().filter(line -> !line.isBlank()).count();
    }

    /**
     * Injects the fault, lets waiting connections go on and awaits the survivor alone.
     *
     * @return the survivor
     */
    public String inject(Fault fault) {
        String survivor = strike(fault);
        load.go();
        // Asking for the status takes processor time, which the survivor needs now.
        Lab.pause(QUIET_MS);
        lab.awaitSimplex(survivor, SIMPLEX_LIMIT_MS);
        return survivor;
    }

    /** Like {@link #inject}, but waiting connections stay in their phase. */
    public String injectBeforeGo(Fault fault) {
        String survivor = strike(fault);
        lab.awaitSimplex(survivor, SIMPLEX_LIMIT_MS);
        return survivor;
    }

    /**
     * Like {@link #inject}, with a fault of the caller's own.
     *
     * @param victim host that the fault takes out of the pair
     * @param fault does it
     */
    public void injectInto(String victim, Runnable fault) {
        requireDuplex();
        openAtFault = openConnections();
        load.fault();
        fault.run();
        load.go();
        lab.awaitSimplex(LabStatus.peer(victim), SIMPLEX_LIMIT_MS);
    }

    private String strike(Fault fault) {
        String survivor = survivorOf(fault);
        requireDuplex();
        openAtFault = openConnections();
        load.fault();
        fault.inject(lab, LabStatus.peer(survivor));
        return survivor;
    }

    /** Lets everything come to its end and checks what was captured. */
    public Outcome finish(long limitMs) {
        LoadResult result = load.finish(limitMs);
        load.close();
        Outcome outcome = new Outcome(result, captures.stop(result.closingPorts()), openAtFault);
        if (!outcome.wire().clean()) {
            captures.keep(outcome.wire());
        }
        return outcome;
    }

    @Override
    public void close() {
        load.close();
        captures.close();
    }
}
