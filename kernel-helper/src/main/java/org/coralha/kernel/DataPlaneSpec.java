package org.coralha.kernel;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Which service a data plane is for.
 *
 * @param service advertised address and port
 * @param hostAddress this host's own address on the same interface
 * @param interfaceName the interface that carries {@code hostAddress}
 * @param pinDirectory directory below a mounted bpffs, owned by this pair on this host
 * @param crashListener told, on a thread of the data plane, when a watched process ended and the
 *     service was fenced for it
 */
public record DataPlaneSpec(
        InetSocketAddress service,
        InetAddress hostAddress,
        String interfaceName,
        Path pinDirectory,
        CrashListener crashListener) {

    /** Receives the end of watched processes. Must return soon. */
    @FunctionalInterface
    public interface CrashListener {
        /**
         * @param processId the process that ended without announcement
         * @param exitStatus the kernel's exit code: low 7 bits the signal, next 8 bits the status
         */
        void onCrash(long processId, int exitStatus);
    }
}
