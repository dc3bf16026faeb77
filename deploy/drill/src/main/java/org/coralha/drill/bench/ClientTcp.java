package org.coralha.drill.bench;

import java.util.Arrays;
import java.util.List;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.Shell;

/**
 * Counters of the clients' kernel.
 *
 * @param timeouts retransmission timers and loss probes that fired
 * @param retransmissions segments sent again
 */
record ClientTcp(long timeouts, long retransmissions) {
    private static final long LIMIT_MS = 5000;

    /** Reads them in the clients' network. */
    static ClientTcp read(Lab lab) {
        List<String> command = List.of("cat", "/proc/net/netstat", "/proc/net/snmp");
        Shell.Result result = lab.exec(Lab.CLIENT, LIMIT_MS, command);
        if (result.exit() != 0) {
            throw new LabException("counters of the clients' kernel: " + result.all());
        }
        return parse(result.out());
    }

    /** Of lines in pairs: the names, then the numbers, each after the same first word. */
    static ClientTcp parse(String text) {
        long timeouts = counter(text, "TcpExt:", "TCPTimeouts");
        long probes = counter(text, "TcpExt:", "TCPLossProbes");
        return new ClientTcp(timeouts + probes, counter(text, "Tcp:", "RetransSegs"));
    }

    private static long counter(String text, String group, String name) {
        List<String> lines = text.lines().filter(line -> line.startsWith(group)).toList();
        if (lines.size() == 2) {
            int at = Arrays.asList(lines.get(0).split(" +", -1)).indexOf(name);
            if (at > 0) {
                return Long.parseLong(lines.get(1).split(" +", -1)[at]);
            }
        }
        throw new IllegalArgumentException("no counter " + name + " in group " + group);
    }

    ClientTcp minus(ClientTcp earlier) {
        return new ClientTcp(
                timeouts - earlier.timeouts, retransmissions - earlier.retransmissions);
    }
}
