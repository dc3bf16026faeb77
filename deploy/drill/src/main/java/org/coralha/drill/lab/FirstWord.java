package org.coralha.drill.lab;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The moment at which a host says its first word to clients beyond the router: a takeover. */
public final class FirstWord implements AutoCloseable {
    private final Process process;

    private FirstWord(Process process) {
        this.process = process;
        Shell.discard(process.getErrorStream());
        Shell.discard(process.getInputStream());
    }

    /** Begins to listen for a packet of the service: of a backup that has become the survivor. */
    public static FirstWord asServer(Lab lab, String host, InetSocketAddress service) {
        return listen(lab, host, "tcp src port " + service.getPort());
    }

    /** Begins to listen for a claim of the address: of a primary that has become the survivor. */
    public static FirstWord asOwner(Lab lab, String host, InetSocketAddress service) {
        return listen(lab, host, new ServiceFilter(service).claims());
    }

    private static FirstWord listen(Lab lab, String host, String what) {
        String filter = "ether src " + lab.ethernetAddress(host, "eth0") + " and " + what;
        List<String> command = new ArrayList<>(List.of("tcpdump", "-n", "-c", "1", "-Z", "root"));
        command.addAll(List.of("--immediate-mode", "-i", "router", filter));
        return new FirstWord(lab.start("switch", command));
    }

    /**
     * Waits for it.
     *
     * @throws LabException if the host says nothing within the limit
     */
    public void await(long limitMs) {
        try {
            if (!process.waitFor(limitMs, TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
                throw new LabException(
                        "the host says nothing to clients within " + limitMs + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
