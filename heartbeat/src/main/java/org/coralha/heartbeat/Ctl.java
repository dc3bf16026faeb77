package org.coralha.heartbeat;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.coralha.heartbeat.io.ControlClient;
import org.coralha.heartbeat.io.StatusPage;
import org.coralha.kernel.Finding;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code coralctl}: what a person, or a script, asks of the pair on this host. */
@Command(
        name = "coralctl",
        mixinStandardHelpOptions = true,
        description = "Shows, checks and steers this host of a Coral pair.",
        subcommands = {
            Ctl.Config.class,
            CtlKeys.class,
            CtlOrders.Switchover.class,
            CtlOrders.Pause.class,
            CtlOrders.Resume.class,
            CtlOrders.Serve.class,
            CtlOrders.Stop.class
        })
public final class Ctl {
    static final int PROBLEM = 1;
    static final int UNREACHABLE = 2;

    @Spec private CommandSpec spec;

    @Option(
            names = "--run-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            defaultValue = "/run/coral",
            description = "directory of the daemon's control.sock (${DEFAULT-VALUE})")
    private Path runDir;

    /** Runs one command. */
    public static void main(String[] args) {
        Logging.configure();
        System.exit(new CommandLine(new Ctl()).execute(args));
    }

    Path controlSocket() {
        return runDir.resolve("control.sock");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    @Command(description = "Shows the role of this host, its peer, Jetty and the last failover.")
    int status(@Option(names = "--json", description = "one line of JSON") boolean json) {
        try {
            String line = ControlClient.ask(controlSocket(), "status");
            out().print(json ? line + "\n" : StatusPage.render(line));
            out().flush();
            return 0;
        } catch (IOException e) {
            err().println(e.getMessage());
            return UNREACHABLE;
        }
    }

    @Command(description = "Checks what this host needs, and its configuration, and what to do.")
    int doctor(
            @Option(
                            names = "--pair",
                            paramLabel = "FILE",
                            defaultValue = "/etc/coral/pair.properties",
                            description = "configuration of the pair (${DEFAULT-VALUE})")
                    Path pair) {
        HostFacts facts = HostFacts.look(pair);
        List<Finding> findings = facts.findings();
        findings.forEach(out()::println);
        facts.problems().forEach(problem -> out().println("PROBLEM  " + problem));
        boolean healthy = facts.problems().isEmpty() && findings.stream().allMatch(Finding::ok);
        out().println(
                        healthy
                                ? "this host is ready for Coral"
                                : "this host is not ready for Coral");
        out().flush();
        return healthy ? 0 : PROBLEM;
    }

    /** Commands about the configuration. */
    @Command(name = "config", description = "Commands about pair.properties.")
    static final class Config {
        @Spec private CommandSpec spec;

        @Command(description = "Reports every problem of a file, as it stands on this host.")
        int check(@Parameters(paramLabel = "FILE") Path file) {
            List<String> problems = HostFacts.look(file).problems();
            PrintWriter out = spec.commandLine().getOut();
            problems.forEach(out::println);
            if (problems.isEmpty()) {
                out.println(file + " is good");
            }
            out.flush();
            return problems.isEmpty() ? 0 : PROBLEM;
        }
    }
}
