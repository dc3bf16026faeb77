package org.coralha.heartbeat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.coralha.kernel.Finding;
import org.coralha.kernel.KernelException;
import org.coralha.kernel.PinnedDataPlane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The privileged daemon of one host. Exit codes: 0 after an orderly stop, 2 if it must not or
 * cannot start, 3 after an inner failure (the kernel fences the service then).
 */
@Command(
        name = "coral-heartbeatd",
        mixinStandardHelpOptions = true,
        description = "Decides, together with its peer, which host of the pair serves.")
public final class Daemon implements Callable<Integer> {
    /** Exit code of a start that was refused. */
    static final int REFUSED = 2;

    private static final Logger LOG = logger();

    @Mixin private Paths paths = new Paths();

    @Option(
            names = "--detach",
            description = "remove the data plane and its pins from this host, then exit")
    private boolean detach;

    /** Starts the daemon. */
    public static void main(String[] args) {
        int code = new CommandLine(new Daemon()).execute(args);
        if (code != CommandLine.ExitCode.OK) {
            System.exit(code);
        }
    }

    /** The settings must be in place before the first logger is made. */
    private static Logger logger() {
        Logging.configure();
        return LoggerFactory.getLogger(Daemon.class);
    }

    @Override
    public Integer call() {
        HostFacts facts = HostFacts.look(paths.pair);
        if (!detach) {
            facts.lookAtDirectory("--state-dir", paths.stateDir);
            facts.lookAtDirectory("--run-dir", paths.runDir);
        }
        List<String> problems = new ArrayList<>(facts.problems());
        problems.addAll(hostProblems(facts));
        if (!problems.isEmpty()) {
            problems.forEach(problem -> LOG.error("cannot start: {}", problem));
            return REFUSED;
        }
        try {
            if (detach) {
                PinnedDataPlane.detach(Host.planeSpec(facts, paths, (pid, status) -> {}));
                return 0;
            }
            Host.start(facts, paths);
            return 0;
        } catch (java.io.IOException | KernelException e) {
            LOG.error("cannot start: {}", e.getMessage());
            return REFUSED;
        }
    }

    /** The self-test of the data plane is among the findings. */
    private static List<String> hostProblems(HostFacts facts) {
        List<Finding> findings = facts.findings();
        List<String> problems = new ArrayList<>();
        for (Finding finding : findings) {
            String line = finding.subject() + ": " + finding.detail() + "; " + finding.remedy();
            if (!finding.ok() && finding.subject().equals("carrier")) {
                // A host may start before its switch does: it serves when the carrier is there.
                LOG.warn("{}", line);
            } else if (!finding.ok()) {
                problems.add(line);
            }
        }
        return problems;
    }
}
