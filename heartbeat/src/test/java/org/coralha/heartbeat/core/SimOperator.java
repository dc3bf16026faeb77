package org.coralha.heartbeat.core;

import java.util.function.Supplier;

/** The operator of one simulated host; each order answers true if it was accepted. */
final class SimOperator {
    private final SimHost host;
    String refusal = "";

    SimOperator(SimHost host) {
        this.host = host;
    }

    boolean switchover() {
        return order(() -> host.core.onSwitchover(0, false, host.pair.nowNs()));
    }

    boolean stop(boolean force) {
        return order(() -> host.core.onStop(0, force, host.pair.nowNs()));
    }

    boolean pause(long forMs) {
        return order(() -> host.core.onPause(forMs * SimPair.MS, host.pair.nowNs()));
    }

    boolean resume() {
        return order(() -> host.core.onResume(host.pair.nowNs()));
    }

    private boolean order(Supplier<Decision> order) {
        refusal = "no daemon";
        host.input(
                () -> {
                    Decision decision = order.get();
                    refusal = decision.actions().isEmpty() ? decision.reason() : "";
                    return decision;
                });
        return refusal.isEmpty();
    }
}
