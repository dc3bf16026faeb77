package org.coralha.drill.path;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.ServiceFilter;
import org.coralha.drill.lab.Shell;

/**
 * Loses packets of the service between the data plane of a host and its stack: the data plane has
 * copied them to the primary by then, so the backup alone misses them.
 */
final class LossInside implements Spot {
    private static final long LIMIT_MS = 10_000;
    private static final String TABLE = "coral_drill";
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    private final Lab lab;
    private final String host;

    LossInside(Lab lab, String host, int percent) {
        this.lab = lab;
        this.host = host;
        // The first packet of a connection is left alone: a stack that refuses it has no replica.
        ServiceFilter names = new ServiceFilter(lab.service());
        String match =
                names.family()
                        + " daddr "
                        + names.address()
                        + " tcp dport "
                        + lab.service().getPort()
                        + " tcp flags & syn == 0";
        nft(
                String.join(
                        "\n",
                        "table netdev " + TABLE + " {",
                        " chain inside {",
                        "  type filter hook ingress device eth0 priority 0;",
                        "  " + match + " counter",
                        "  " + match + " numgen random mod 100 < " + percent + " counter drop",
                        " }",
                        "}"));
    }

    @Override
    public Count count() {
        Matcher packets = PACKETS.matcher(nft("list table netdev " + TABLE));
        if (!packets.find()) {
            throw new LabException("nft on host " + host + " does not count");
        }
        long all = Long.parseLong(packets.group(1));
        return new Count(all, packets.find() ? Long.parseLong(packets.group(1)) : 0, 0);
    }

    @Override
    public void close() {
        nft("delete table netdev " + TABLE);
    }

    private String nft(String command) {
        Shell.Result result = lab.exec(host, LIMIT_MS, List.of("nft", command));
        if (result.exit() != 0) {
            throw new LabException("nft on host " + host + ": " + result.all());
        }
        return result.out();
    }
}
