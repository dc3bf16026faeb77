package org.coralha.drill.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
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
        WireReport report = new WireCheck(service, Set.copyOf(closing), true).check(file);
        System.out.println(report);
        return report.clean() ? 0 : 1;
    }
}
