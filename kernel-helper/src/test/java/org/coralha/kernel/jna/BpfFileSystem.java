package org.coralha.kernel.jna;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A bpf file system of a test's own, so that it needs none of the host and leaves no pins. */
public final class BpfFileSystem {
    private BpfFileSystem() {}

    /** Mounts a new one. */
    public static Path mountPrivate() {
        try {
            Path directory = Files.createTempDirectory("ck-bpffs-");
            LibcNative.mount("bpf", directory.toString(), "bpf", 0, null);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it with all pins. */
    public static void unmount(Path directory) {
        LibcNative.umount2(directory.toString(), 0);
    }
}
