package org.coralha.heartbeat.io;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.coralha.heartbeat.core.Decision;
import org.coralha.heartbeat.core.RoleCore;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.KernelException;
import org.coralha.pair.ProtocolException;

/**
 * What {@code coralctl} can say to this daemon: one line of words in, one line of JSON out. An
 * order is answered with {@code accepted}, or with {@code refused} and the reason.
 */
final class Commands {
    private static final long ANSWER_LIMIT_MS = 2_000;

    private final DecisionLoop loop;
    private final Supplier<DataPlane> plane;
    private final StatusReport report;

    Commands(DecisionLoop loop, Supplier<DataPlane> plane, StatusReport report) {
        this.loop = loop;
        this.plane = plane;
        this.report = report;
    }

    String answer(String line) {
        try {
            ControlOrder order = ControlOrder.parse(line);
            return switch (order.kind()) {
                case STATUS -> report.json(loop.ask(RoleCore::view, ANSWER_LIMIT_MS));
                case SWITCHOVER -> switchover(order.force());
                case STOP -> stop(order.force());
                case PAUSE -> pause(order.seconds());
                case RESUME -> order(RoleCore::onResume);
                case SERVE -> order(RoleCore::onServe);
            };
        } catch (TimeoutException e) {
            return error("the decision thread hangs");
        } catch (ProtocolException | KernelException e) {
            return error(e.getMessage());
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
