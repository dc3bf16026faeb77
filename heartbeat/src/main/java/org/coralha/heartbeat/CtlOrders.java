package org.coralha.heartbeat;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.coralha.heartbeat.io.ControlOrder;
import org.coralha.heartbeat.io.OrderClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * The commands of {@code coralctl} that change what the pair does. Exit codes: 0 done, 1 refused or
 * not done, with the reason, 2 no daemon answers.
 */
abstract class CtlOrders implements Callable<Integer> {
    private static final long DECISION_LIMIT_MS = 15_000;
    private static final long END_LIMIT_MS = 30_000;
    private static final long AGREEMENT_LIMIT_MS = 2_000;

    @ParentCommand private Ctl parent;
    @Spec private CommandSpec spec;

    int carryOut(
            String order,
            long waitSeconds,
            Function<Map<String, Object>, OrderClient.Result> judge,
            long limitMs) {
        OrderClient client = new OrderClient(parent.controlSocket());
        try {
            Optional<String> refusal = client.give(order, TimeUnit.SECONDS.toMillis(waitSeconds));
            OrderClient.Result result =
                    refusal.map(why -> new OrderClient.Result(false, "refused: " + why))
                            .orElseGet(() -> client.follow(judge, limitMs));
            (result.done() ? spec.commandLine().getOut() : spec.commandLine().getErr())
                    .println(result.text());
            return result.done() ? 0 : Ctl.PROBLEM;
        } catch (IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return Ctl.UNREACHABLE;
        }
    }

    CommandSpec spec() {
        return spec;
    }

    /** Options of the orders that move the service. */
    private abstract static class Moving extends CtlOrders {
        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description = "how long to wait until the pair can do it (${DEFAULT-VALUE})")
        private long waitSeconds;

        @Option(
                names = "--force",
                description = "also if connections are lost that are not protected")
        private boolean force;

        int move(
                String order, Function<Map<String, Object>, OrderClient.Result> judge, long limit) {
            return carryOut(order + (force ? " force" : ""), waitSeconds, judge, limit);
        }
    }

    /** Moves the service. */
    @Command(
            name = "switchover",
            mixinStandardHelpOptions = true,
            description = "Moves the service from this host, the primary, to the other one.")
    static final class Switchover extends Moving {
        @Override
        public Integer call() {
            return move("switchover", OrderClient::moved, DECISION_LIMIT_MS);
        }
    }

    /** Takes the host out. */
    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description = {
                "Moves the service away if it is here, then takes this host out of the pair and",
                "ends its daemon. Exit code 0: the host is out."
            })
    static final class Stop extends Moving {
        @Override
        public Integer call() {
            return move("stop", OrderClient::out, END_LIMIT_MS);
        }
    }

    /** Pauses failover. */
    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = {
                "Pauses automatic failover on both hosts while the pair goes on: nothing is",
                "concluded from silence. Ends by itself."
            })
    static final class Pause extends CtlOrders {
        @Option(
                names = "--for",
                paramLabel = "SECONDS",
                defaultValue = "3600",
                description = "1 to 86400 (${DEFAULT-VALUE})")
        private long seconds;

        @Override
        public Integer call() {
            long limitSeconds = ControlOrder.PAUSE_LIMIT_SECONDS;
            if (seconds < 1 || seconds > limitSeconds) {
                throw new ParameterException(
                        spec().commandLine(), "--for " + seconds + " is not 1 to " + limitSeconds);
            }
            return carryOut("pause " + seconds, 0, OrderClient::paused, AGREEMENT_LIMIT_MS);
        }
    }

    /** Serves although the peer is not there. */
    @Command(
            name = "serve",
            mixinStandardHelpOptions = true,
            description = {
                "Serves on this host although the peer is silent and no witness grants it.",
                "Only if the peer is off: otherwise two hosts answer the clients."
            })
    static final class Serve extends CtlOrders {
        @Option(
                names = "--peer-is-off",
                required = true,
                description = "you have seen that the other host is off, or cut from the network")
        private boolean peerIsOff;

        @Override
        public Integer call() {
            return carryOut("serve", 0, OrderClient::served, DECISION_LIMIT_MS);
        }
    }

    /** Ends a pause. */
    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Ends a pause on both hosts: silence counts again, from now on.")
    static final class Resume extends CtlOrders {
        @Override
        public Integer call() {
            return carryOut("resume", 0, OrderClient::resumed, AGREEMENT_LIMIT_MS);
        }
    }
}
