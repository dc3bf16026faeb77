package org.coralha.kernel;

import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.kernel.jna.InterfaceQuery;
import org.coralha.kernel.jna.TcHook;

/** Where the programs of one service hang: filters of an interface, and the crash fence. */
final class Attachment {
    private final HostInterface port;
    private final PinDirectory pins;
    private final TcHook hook;
    private final int handle;
    private final Map<TcHook.Direction, Integer> numbers = new EnumMap<>(TcHook.Direction.class);

    Attachment(InetSocketAddress service, HostInterface port, PinDirectory pins) {
        this.port = port;
        this.pins = pins;
        hook = new TcHook(port.index(), port.name());
        // Several services can share an interface: each has filters of its own.
        int mixed = service.getAddress().hashCode() * 31 + service.getPort();
        handle = (mixed & 0x7fff_ffff) | 1;
    }

    /** Replaces the crash fence of an earlier instance without a gap. */
    void attachCrashFence(BpfObject programs) {
        programs.attachRawTracepoint(
                "coral_crash_fence", "sched_process_exit", pins.newCrashFence());
        pins.acceptCrashFence();
    }

    /** Replaces the filters of an earlier instance without a gap. */
    void attachFilters(BpfObject programs) {
        if (hook.create() && !pins.qdiscCreated()) {
            pins.markQdiscCreated();
        }
        // Out first: what must not leave is stopped before anything comes in.
        attach(TcHook.Direction.EGRESS, programs.program("coral_egress"));
        attach(TcHook.Direction.INGRESS, programs.program("coral_ingress"));
    }

    private void attach(TcHook.Direction direction, int program) {
        hook.attach(direction, program, handle, ForeignFilters.OWN_PRIORITY);
        attached(direction).ifPresent(number -> numbers.put(direction, number));
    }

    private Optional<Integer> attached(TcHook.Direction direction) {
        return hook.attached(direction, handle, ForeignFilters.OWN_PRIORITY);
    }

    /**
     * Why packets pass by the filters that were attached; empty if they do not.
     *
     * @throws KernelException if the kernel does not say
     */
    Optional<String> breach() {
        if (!InterfaceQuery.index(port.name()).equals(Optional.of(port.index()))) {
            return Optional.of("interface " + port.name() + " was removed or made anew");
        }
        for (TcHook.Direction direction : TcHook.Direction.values()) {
            Optional<Integer> now = attached(direction);
            if (now.isEmpty() || !now.get().equals(numbers.get(direction))) {
                String side = direction.name().toLowerCase(Locale.ROOT);
                return Optional.of("the filter at " + side + " of " + port.name() + " was removed");
            }
        }
        return Optional.empty();
    }

    /** Removes the filters, and the qdisc if it was created for them and is of no other use. */
    void detachFilters() {
        for (TcHook.Direction direction : TcHook.Direction.values()) {
            hook.detach(direction, handle, ForeignFilters.OWN_PRIORITY);
        }
        if (pins.qdiscCreated() && ForeignFilters.unused(port)) {
            hook.destroy();
        }
    }
}
