package org.coralha.drill.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.coralha.wire.WireCheck;
import org.coralha.wire.WireReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wirecheck}: holds a capture made at a client against the rules. */
@Command(name = "wirecheck", description = "Checks a capture made at a client.")
public final class WireCommand implements Callable<Integer> {
    @Parameters(index = "0", description = "pcap file.")
    private Path file;

    @Parameters(index = "1", description = "ADDRESS:PORT of the service.")
    private String service;

    @Option(names = "--closing", split = ",", description = "Client ports that may see a FIN.")
    private List<Integer> closing = List.of();

    @Override
    public Integer call() throws IOException {
        WireReport report = new WireCheck(asInSegments(), Set.copyOf(closing), true).check(file);
        System.out.println(report);
        if (report.serviceSegments() == 0) {
            System.err.println("no segment of " + service + " in " + file + ": nothing was judged");
        }
        return report.clean() && report.serviceSegments() > 0 ? 0 : 1;
    }

    /** An IPv6 address has more than one form, with brackets or without. */
    private String asInSegments() throws IOException {
        int colon = service.lastIndexOf(':');
        if (colon < 0) {
            throw new IOException(service + " is no ADDRESS:PORT");
        }
        String address = service.substring(0, colon);
        return InetAddress.getByName(address).getHostAddress() + service.substring(colon);
    }
}
