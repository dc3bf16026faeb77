package org.coralha.drill.lab;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packets of the service that the switch keeps to itself, and the clients' ports that they belong
 * to: so a drill sees which connections have reached the point where a packet is missing. Ends with
 * {@link #close}.
 */
public final class Withheld implements AutoCloseable {
    private static final String TABLE = "bridge coral_drill";
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");
    private static final long LIMIT_MS = 10_000;
    private static final long LOOK_MS = 20;

    private final Lab lab;

    private Withheld(Lab lab, String packets, String clientPort) {
        this.lab = lab;
        nft(
                String.format(
                        Locale.ROOT,
                        "table %1$s; delete table %1$s; table %1$s {"
                                + " set ports { type inet_service; size 8192; flags dynamic; };"
                                + " chain drops { type filter hook forward priority 0;"
                                + " %2$s add @ports { tcp %3$s } counter drop; }; }",
                        TABLE,
                        packets,
                        clientPort));
    }

    /** Copies of client data on their way from the backup to the primary. */
    public static Withheld copies(Drill drill) {
        ServiceFilter names = new ServiceFilter(drill.service());
        return new Withheld(
                drill.lab(),
                "iifname "
                        + drill.backup()
                        + " oifname "
                        + drill.primary()
                        + " "
                        + names.family()
                        + " daddr "
                        + names.address()
                        + " tcp dport "
                        + drill.service().getPort()
                        + " "
                        + names.withPayload(),
                "sport");
    }

    /** Everything that the primary says to clients. */
    public static Withheld answers(Drill drill) {
        ServiceFilter names = new ServiceFilter(drill.service());
        return new Withheld(
                drill.lab(),
                "iifname "
                        + drill.primary()
                        + " oifname router "
                        + names.family()
                        + " saddr "
                        + names.address()
                        + " tcp sport "
                        + drill.service().getPort(),
                "dport");
    }

    /** Ports of the clients whose packets were withheld so far. */
    public Set<Integer> clientPorts() {
        Set<Integer> ports = new TreeSet<>();
        Matcher elements = ELEMENTS.matcher(nft("list set " + TABLE + " ports"));
        if (elements.find()) {
            for (String port : elements.group(1).split(",", -1)) {
                ports.add(Integer.parseInt(port.strip()));
            }
        }
        return ports;
    }

    /** Waits until packets of this many connections were withheld. */
    public void await(int connections, long limitMs) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (clientPorts().size() < connections) {
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        "packets of "
                                + clientPorts().size()
                                + " connections, not of "
                                + connections
                                + ", were withheld after "
                                + limitMs
                                + " ms");
            }
            Lab.pause(LOOK_MS);
        }
    }

    private String nft(String command) {
        Shell.Result result = lab.exec("switch", LIMIT_MS, List.of("nft", command));
        if (result.exit() != 0) {
            throw new LabException("nft on the switch: " + command + ": " + result.all());
        }
        return result.out();
    }

    /** The switch forwards everything again. */
    @Override
    public void close() {
        nft("table " + TABLE + "; delete table " + TABLE);
    }
}
