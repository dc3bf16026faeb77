package org.coralha.kernel.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import org.coralha.kernel.KernelException;

/** Turns results of libbpf into exceptions with name and remedy. */
final class BpfError {
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;

    private BpfError() {}

    /** The result, if it is no error. */
    static int check(int result, String operation, String object) {
        if (result < 0) {
            throw new KernelException(operation, object, -result, remedy(-result));
        }
        return result;
    }

    /** The pointer, if it is not null. */
    static Pointer check(Pointer result, String operation, String object) {
        if (result == null) {
            int errno = Native.getLastError();
            throw new KernelException(operation, object, errno, remedy(errno));
        }
        return result;
    }

    private static String remedy(int errno) {
        String said = BpfLog.lastWarning();
        String hint =
                switch (errno) {
                    case EPERM, 13 ->
                            "run as root with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON, see coral"
                                    + " doctor";
                    case ENOENT -> "mount bpffs and check that the object exists, see coral doctor";
                    case EINVAL -> "kernel 5.17 or newer with BTF is needed, see coral doctor";
                    default -> "see coral doctor";
                };
        return said.isEmpty() ? hint : hint + " (libbpf: " + said + ")";
    }
}
