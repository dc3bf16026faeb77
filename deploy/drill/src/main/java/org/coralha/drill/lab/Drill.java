package org.coralha.drill.lab;

import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One fault under one load: starts from duplex, ends with what the clients and the captures saw.
 * One controlling thread.
 */
public final class Drill implements AutoCloseable {
    /** Two emulated machines take longer: the test that has them says so. */
    private static final long SIMPLEX_LIMIT_MS = Long.getLong("coral.drill.simplex.ms", 10_000);

    private static final long QUIET_MS = 1000;
    private static final long LOOK_MS = 10;
    private static final Pattern BYTES_ACKED = Pattern.compile("bytes_acked:(\\d+)");

    private final Lab lab;
    private String primary;
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

    /**
     * The pair is whole again, perhaps with swapped roles: the next fault counts from here.
     *
     * @throws LabException unless the pair is in duplex
     */
    public void rejoined() {
        LabStatus status = lab.status();
        if (!status.mode().equals("DUPLEX")) {
            throw new LabException("the pair is not whole again: " + status);
        }
        primary = status.hostWith("PRIMARY");
    }

    /** Host that was primary at the beginning, or when the pair was whole again. */
    public String primary() {
        return primary;
    }

    /** Its peer. */
    public String backup() {
        return LabStatus.peer(primary);
    }

    /** A pair that changed before the fault did so without a cause: that is no success. */
    private void requireDuplex() {
        LabStatus status = lab.status();
        if (!status.mode().equals("DUPLEX") || !status.role(primary).equals("PRIMARY")) {
            throw new LabException(
                    "the pair changed before the fault, without a cause: "
                            + status
                            + Autopsy.of(lab));
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
        return sockets().size();
    }

    /** Waits until the service has acknowledged every byte that the clients have sent. */
    public void awaitAcknowledged(long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        List<String> owed = unacknowledged();
        while (!owed.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        "not acknowledged after " + limitMs + " ms: " + String.join(", ", owed));
            }
            Lab.pause(LOOK_MS);
            owed = unacknowledged();
        }
    }

    /** Columns of ss: bytes to be read, bytes not acknowledged, own address, peer's address. */
    private List<String> unacknowledged() {
        return sockets().stream().filter(line -> !line.split(" +", -1)[1].equals("0")).toList();
    }

    /** Bytes of each client's connection that the service has acknowledged, most first. */
    public List<Long> acknowledgedBytes() {
        Shell.Result result =
                lab.exec(
                        Lab.CLIENT,
                        10_000,
                        List.of("ss", "-Htin", "state", "established", "dst", destination()));
        return BYTES_ACKED
                .matcher(result.out())
                .results()
                .map(found -> Long.valueOf(found.group(1)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private String destination() {
        return new ServiceFilter(service).hostAndPort();
    }

    private List<String> sockets() {
        Shell.Result result =
                lab.exec(
                        Lab.CLIENT,
                        10_000,
                        List.of("ss", "-Htn", "state", "established", "dst", destination()));
        return result.out().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    /**
     * Injects the fault, lets waiting connections go on and awaits the survivor alone.
     *
     * @return the survivor
     */
    public String inject(Fault fault) {
        return inject(fault, () -> {});
    }

    /**
     * Like {@link #inject(Fault)}.
     *
     * @param atOnce done right after the fault, before waiting connections go on
     */
    public String inject(Fault fault, Runnable atOnce) {
        String survivor = strike(fault);
        atOnce.run();
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
     * Does something to the pair under the load; replies may announce the end of their connection
     * from then on. Lets waiting connections go on.
     */
    public void during(Runnable action) {
        requireDuplex();
        openAtFault = openConnections();
        load.letServerEnd();
        load.fault();
        action.run();
        load.go();
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
        return finish(limitMs, Set.of(), Set.of());
    }

    /**
     * Like {@link #finish(long)}, where other clients took part.
     *
     * @param closingPorts ports of theirs on which the application has announced the end
     * @param lostPorts ports of theirs that the service may reset
     */
    public Outcome finish(long limitMs, Set<Integer> closingPorts, Set<Integer> lostPorts) {
        LoadResult result = load.finish(limitMs);
        load.close();
        Set<Integer> closing = new HashSet<>(closingPorts);
        closing.addAll(result.closingPorts());
        Outcome outcome = new Outcome(result, captures.stop(closing, lostPorts), openAtFault);
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
