package org.coralha.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.coralha.wire.LogCheck;
import org.coralha.wire.WireCheck;
import org.coralha.wire.WireReport;
import org.coralha.wire.WireRule;

/**
 * Holds all that the client's own address has sent and was sent against the rules of the wire, as
 * seen on its cable and by the router on the servers' network, where the hosts' Ethernet addresses
 * show who speaks. A test says beforehand what is meant to be otherwise.
 */
final class WireWatch implements AutoCloseable {
    /** More than a packet that nobody has merged: every byte of it. */
    private static final int PACKET_BYTES = 2048;

    private static final int HEAD_BYTES = 192;

    /** Of captures; those that broke a rule stay there. */
    static final Path DIRECTORY = Path.of("target/wire");

    private final TwoHosts hosts;
    private final String service;
    private final Tap atClient;
    private final Tap atSwitch;
    private final Set<Integer> ending = new HashSet<>();
    private final Set<Integer> resetting = new HashSet<>();
    private final Map<WireRule, String> broken = new TreeMap<>();
    private boolean silent;
    private boolean judged;

    /** Starts both captures. */
    WireWatch(TwoHosts hosts) {
        this.hosts = hosts;
        String address = TwoHosts.service().getAddress().getHostAddress();
        service = address + ":" + TwoHosts.service().getPort();
        // tcpdump takes behind options of IPv6 for no TCP; the check does not.
        String tcp = hosts.family == Family.IPV4 ? "tcp" : "(tcp or ip6[6] = 0 or ip6[6] = 60)";
        String filter =
                String.format(
                        "host %s and host %s and %s",
                        TwoHosts.clientAddress().getHostAddress(), address, tcp);
        try {
            Files.createDirectories(DIRECTORY);
            atClient = new Tap(hosts.client, "eth0", PACKET_BYTES, filter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            atSwitch = new Tap(hosts.router, "br0", HEAD_BYTES, filter);
        } catch (IOException e) {
            atClient.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when packets are being captured. */
    void begin() {
        try {
            atClient.begin();
            atSwitch.begin();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The service's application closes this client's connection first. */
    void serviceEnds(int clientPort) {
        ending.add(clientPort);
    }

    /** The service may reset this client's connection. */
    void serviceResets(int clientPort) {
        resetting.add(clientPort);
    }

    /**
     * What this test does on purpose breaks a rule.
     *
     * @param why for the reader
     */
    void breaks(WireRule rule, String why) {
        broken.put(rule, why);
    }

    /** In this test the service sends nothing to the client's own address. */
    void isSilent() {
        silent = true;
    }

    /**
     * Ends both captures; fails if a rule is broken that the test does not break, if one is not
     * that it says it breaks, or if the captures have not seen everything. Once only.
     */
    void judge() {
        if (judged) {
            return;
        }
        judged = true;
        try {
            long lost = atClient.end() + atSwitch.end();
            WireReport client =
                    new WireCheck(service, ending, resetting, true).check(atClient.file);
            WireReport heads =
                    WireCheck.atSwitch(service, ending, resetting, LogCheck.none())
                            .check(atSwitch.file);
            List<String> found = new ArrayList<>();
            noteUnseen(found, lost, client);
            note(found, "client", client, atClient);
            note(found, "switch", heads, atSwitch);
            broken.forEach(
                    (rule, why) -> {
                        if (client.count(rule) + heads.count(rule) == 0) {
                            found.add("nothing breaks " + rule + ", although " + why);
                        }
                    });
            if (!found.isEmpty()) {
                throw new AssertionError(String.join("\n", found));
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void noteUnseen(List<String> found, long lost, WireReport client) {
        if (lost > 0) {
            found.add("captures lost " + lost + " packets: nothing is shown");
        }
        if (client.strangers() > 0) {
            found.add("connections whose beginning was not seen: " + client);
        }
        if (silent != (client.serviceSegments() == 0)) {
            found.add(
                    "a service that is "
                            + (silent ? "" : "not ")
                            + "meant to be silent: "
                            + client);
        }
    }

    private void note(List<String> found, String place, WireReport report, Tap tap)
            throws IOException {
        for (WireRule rule : WireRule.values()) {
            if (report.count(rule) > 0 && !broken.containsKey(rule)) {
                tap.keep(true);
                found.add("at the " + place + ", kept in " + tap.file + ": " + report);
                return;
            }
        }
    }

    /** Captures go, whatever they have shown. */
    void keepNothing() {
        atClient.keep(false);
        atSwitch.keep(false);
    }

    @Override
    public void close() {
        try (atClient) {
            atSwitch.close();
        }
    }
}
