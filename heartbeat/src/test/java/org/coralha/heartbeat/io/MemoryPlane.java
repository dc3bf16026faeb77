package org.coralha.heartbeat.io;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.coralha.kernel.DataPlane;
import org.coralha.kernel.KernelException;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;

/** A data plane without a kernel: remembers what it was told. */
final class MemoryPlane implements DataPlane {
    final List<Mode> history = new CopyOnWriteArrayList<>();
    final List<Long> watched = new CopyOnWriteArrayList<>();
    final AtomicInteger cleared = new AtomicInteger();
    volatile List<FlowSnapshot> flows = List.of();
    volatile List<FlowKey> unreplicated = List.of();
    volatile MacAddress peer;
    volatile long leaseNs;
    volatile boolean watchFails;
    volatile boolean clearFails;
    volatile boolean flowsFail;
    volatile Optional<String> breach = Optional.empty();
    private volatile Mode mode = Mode.FENCED;

    @Override
    public Optional<String> breach() {
        return breach;
    }

    @Override
    public void mode(Mode newMode) {
        mode = newMode;
        history.add(newMode);
    }

    @Override
    public Mode mode() {
        return mode;
    }

    @Override
    public void lease(long untilNs) {
        leaseNs = untilNs;
    }

    @Override
    public long lease() {
        return leaseNs;
    }

    @Override
    public long leaseClockNs() {
        return System.nanoTime();
    }

    @Override
    public void peer(MacAddress newPeer) {
        peer = newPeer;
    }

    @Override
    public List<FlowSnapshot> flows() {
        failIf(flowsFail);
        return flows;
    }

    @Override
    public List<FlowKey> unreplicated() {
        failIf(flowsFail);
        return unreplicated;
    }

    private static void failIf(boolean fails) {
        if (fails) {
            throw new KernelException("read", "map", 12, "no memory");
        }
    }

    @Override
    public void clearFlows() {
        if (clearFails) {
            throw new KernelException("run", "ss", 0, "it did not end");
        }
        cleared.incrementAndGet();
        flows = List.of();
    }

    @Override
    public int sweep(long closedForMs) {
        return 0;
    }

    @Override
    public void watch(long processId) {
        if (watchFails) {
            throw new IllegalStateException("the kernel refuses");
        }
        watched.add(processId);
    }

    @Override
    public void unwatch(long processId) {
        watched.remove(processId);
    }

    @Override
    public List<Long> watched() {
        return new ArrayList<>(watched);
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of("passed", 1L);
    }

    @Override
    public void close() {}
}
