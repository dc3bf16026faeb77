package org.coralha.heartbeat.io;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.kernel.DataPlane;

/**
 * What {@code coralctl} can say to this daemon: one line of words in, one line of JSON out. An
 * order is answered with {@code accepted}, or with {@code refused} and the reason.
 */
final class Commands {
    private static final long ANSWER_LIMIT_MS = 2_000;
    private static final String FORCE = "force";

    private final DecisionLoop loop;
    private final Supplier<DataPlane> plane;
    private final StatusReport report;

    Commands(DecisionLoop loop, Supplier<DataPlane> plane, StatusReport report) {
        this.loop = loop;
        this.plane = plane;
        this.report = report;
    }

    String answer(String line) {
        List<String> words = List.of(line.split(" ", -1));
        try {
            return switch (words.get(0)) {
                case "status" -> report.json(loop.ask(RoleCore::view, ANSWER_LIMIT_MS));
                case "switchover" -> switchover(words.contains(FORCE));
                case "stop" -> stop(words.contains(FORCE));
                case "pause" -> pause(Long.parseLong(words.get(1)));
                case "resume" -> order(RoleCore::onResume);
                default -> error("unknown command: " + line);
            };
        } catch (TimeoutException e) {
            return error("the decision thread hangs");
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return error("not a number of seconds: " + line);
        }
    }

    private String switchover(boolean force) throws TimeoutException {
        int unprotected = plane.get().unreplicated().size();
        return order((core, nowNs) -> core.onSwitchover(unprotected, force, nowNs));
    }

    private String stop(boolean force) throws TimeoutException {
        int unprotected = plane.get().unreplicated().size();
        return order((core, nowNs) -> core.onStop(unprotected, force, nowNs));
    }

    private String pause(long seconds) throws TimeoutException {
        long forNs = TimeUnit.SECONDS.toNanos(seconds);
        return order((core, nowNs) -> core.onPause(forNs, nowNs));
    }

    private String order(DecisionLoop.Input input) throws TimeoutException {
        Decision decision = loop.carryOut(input, ANSWER_LIMIT_MS);
        boolean refused = decision.actions().isEmpty() && !decision.reason().isEmpty();
        return refused
                ? new JsonWriter().put("refused", decision.reason()).toString()
                : new JsonWriter().put("accepted", true).toString();
    }

    private static String error(String what) {
        return new JsonWriter().put("error", what).toString();
    }
}
