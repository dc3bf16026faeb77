package org.coralha.kernel.jna;

import com.sun.jna.NativeLibrary;
import java.util.Optional;

/** Whether the native libraries can be loaded. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Why libbpf cannot be loaded; empty if it can. */
    public static Optional<String> loadError() {
        try {
            NativeLibrary.getInstance(BpfNative.LIBRARY);
            return Optional.empty();
        } catch (UnsatisfiedLinkError e) {
            return Optional.of(e.getMessage().lines().findFirst().orElse("not found"));
        }
    }
}
