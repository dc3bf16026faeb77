package org.coralha.kernel.jna;

import com.sun.jna.Memory;
import java.util.Optional;
import java.util.Set;

/** The clsact hooks of one interface. Not safe for concurrent use. */
public final class TcHook {
    private static final int HOOK_BYTES = 24;
    private static final int OPTIONS_BYTES = 32;
    private static final int REPLACE = 1;
    private static final Set<Integer> GONE =
            Set.of(BpfError.ENOENT, BpfError.EINVAL, BpfError.ENODEV);

    private final int interfaceIndex;
    private final String interfaceName;

    /** Direction of the packets that a filter sees; the number is libbpf's. */
    public enum Direction {
        INGRESS(1, 46),
        EGRESS(2, 47);

        private final int attachPoint;
        private final int tcxAttachType;

        Direction(int attachPoint, int tcxAttachType) {
            this.attachPoint = attachPoint;
            this.tcxAttachType = tcxAttachType;
        }
    }

    /** The hooks of that interface. */
    public TcHook(int interfaceIndex, String interfaceName) {
        this.interfaceIndex = interfaceIndex;
        this.interfaceName = interfaceName;
    }

    /** Creates the clsact qdisc; false if there was one. */
    public boolean create() {
        try (Memory hook = hook(Direction.INGRESS.attachPoint | Direction.EGRESS.attachPoint)) {
            int result = BpfNative.bpf_tc_hook_create(hook);
            if (result == -BpfError.EEXIST) {
                return false;
            }
            BpfError.check(result, "create the clsact qdisc of", interfaceName);
            return true;
        }
    }

    /** Removes the clsact qdisc with all its filters; no error if there is none. */
    public void destroy() {
        try (Memory hook = hook(Direction.INGRESS.attachPoint | Direction.EGRESS.attachPoint)) {
            int result = BpfNative.bpf_tc_hook_destroy(hook);
            if (result != -BpfError.ENOENT && result != -BpfError.EINVAL) {
                BpfError.check(result, "remove the clsact qdisc of", interfaceName);
            }
        }
    }

    /** Attaches a program in place of the one of that handle and priority. */
    public void attach(Direction direction, int program, int handle, int priority) {
        try (Memory hook = hook(direction.attachPoint);
                Memory options = options(program, REPLACE, handle, priority)) {
            int result = BpfNative.bpf_tc_attach(hook, options);
            BpfError.check(result, "attach to " + direction + " of", interfaceName);
        }
    }

    /** Detaches that filter; no error if there is none. */
    public void detach(Direction direction, int handle, int priority) {
        try (Memory hook = hook(direction.attachPoint);
                Memory options = options(0, 0, handle, priority)) {
            int result = BpfNative.bpf_tc_detach(hook, options);
            if (result != -BpfError.ENOENT && result != -BpfError.EINVAL) {
                BpfError.check(result, "detach from " + direction + " of", interfaceName);
            }
        }
    }

    /**
     * Number of the program attached with that handle and priority; empty if there is none, no
     * qdisc, or no interface.
     */
    public Optional<Integer> attached(Direction direction, int handle, int priority) {
        try (Memory hook = hook(direction.attachPoint);
                Memory options = options(0, 0, handle, priority)) {
            int result = BpfNative.bpf_tc_query(hook, options);
            if (GONE.contains(-result)) {
                return Optional.empty();
            }
            BpfError.check(result, "query " + direction + " of", interfaceName);
            return Optional.of(options.getInt(16));
        }
    }

    /** Number of tcx programs, which run before clsact; 0 on kernels that have no tcx. */
    public int tcxPrograms(Direction direction) {
        try (Memory options = new Memory(40)) {
            options.clear();
            options.setLong(0, 40);
            int result =
                    BpfNative.bpf_prog_query_opts(interfaceIndex, direction.tcxAttachType, options);
            return result < 0 ? 0 : options.getInt(24);
        }
    }

    private Memory hook(int attachPoint) {
        Memory hook = new Memory(HOOK_BYTES);
        hook.clear();
        hook.setLong(0, HOOK_BYTES);
        hook.setInt(8, interfaceIndex);
        hook.setInt(12, attachPoint);
        return hook;
    }

    private static Memory options(int program, int flags, int handle, int priority) {
        Memory options = new Memory(OPTIONS_BYTES);
        options.clear();
        options.setLong(0, OPTIONS_BYTES);
        options.setInt(8, program);
        options.setInt(12, flags);
        options.setInt(20, handle);
        options.setInt(24, priority);
        return options;
    }
}
