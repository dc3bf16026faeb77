package org.coralha.kernel;

import java.util.List;
import java.util.Map;
import org.coralha.pair.FlowSnapshot;

/** The data plane over libbpf. */
public final class PinnedDataPlane implements DataPlane {
    private PinnedDataPlane() {}

    /** Loads, attaches and pins; a stale instance is replaced. */
    public static PinnedDataPlane open(DataPlaneSpec spec) {
        throw new UnsupportedOperationException("in work");
    }

    /** Removes filters and pins. */
    public static void detach(DataPlaneSpec spec) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void mode(Mode mode) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public Mode mode() {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void peer(MacAddress peer) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public List<FlowSnapshot> flows() {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void clearFlows() {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public int sweep(long closedForMs) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void watch(long processId) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void unwatch(long processId) {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public List<Long> watched() {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public Map<String, Long> counters() {
        throw new UnsupportedOperationException("in work");
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException("in work");
    }
}
