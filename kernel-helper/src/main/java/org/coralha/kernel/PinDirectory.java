package org.coralha.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directory in bpffs that keeps maps and the crash fence alive. Only root may enter it. Maps
 * lie in a subdirectory named after their layout's version.
 */
final class PinDirectory {
    private static final List<String> MAPS =
            List.of(
                    "services",
                    "addresses",
                    "modes",
                    "leases",
                    "crashed",
                    "flows",
                    "embryos",
                    "locals",
                    "guarded",
                    "watches",
                    "crashes",
                    "counters");
    private static final String CRASH_FENCE = "crash_fence";

    /** bpffs allows no dots in names. */
    private static final String NEW_CRASH_FENCE = "crash_fence_new";

    private static final String QDISC_MARK = "created_qdisc";

    private final Path root;
    private final Path maps;

    PinDirectory(Path root) {
        this.root = root.toAbsolutePath();
        this.maps = this.root.resolve("v" + PinLayout.VERSION);
    }

    /** Creates what is missing; maps of another layout are discarded. */
    void prepare() {
        requireBpffs();
        try {
            if (Files.isDirectory(root) && !Files.isDirectory(maps)) {
                removeMaps();
            }
            Files.createDirectories(maps);
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(maps, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw failed("prepare", e);
        }
    }

    private void requireBpffs() {
        Path existing = root;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            String type = Files.getFileStore(existing).type();
            if (!type.equals("bpf")) {
                throw new KernelException(
                        "pin eBPF maps in",
                        root + ", which lies in a file system of type " + type,
                        0,
                        "mount bpffs: mount -t bpf bpf /sys/fs/bpf");
            }
        } catch (IOException e) {
            throw failed("look at", e);
        }
    }

    /** True if maps of an earlier instance are there. */
    boolean holdsMaps() {
        return Files.exists(maps.resolve("flows"));
    }

    /** Map name to pin. */
    Map<String, Path> mapPins() {
        return MAPS.stream().collect(Collectors.toMap(name -> name, maps::resolve));
    }

    /** Where to pin a new crash fence before {@link #acceptCrashFence}. */
    Path newCrashFence() {
        Path fresh = root.resolve(NEW_CRASH_FENCE);
        delete(fresh);
        return fresh;
    }

    /** Lets the new crash fence take the place of the old one; there is no moment without. */
    void acceptCrashFence() {
        try {
            Files.move(
                    root.resolve(NEW_CRASH_FENCE),
                    root.resolve(CRASH_FENCE),
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("replace the crash fence in", e);
        }
    }

    /** Remembers that the clsact qdisc was created for this data plane. */
    void markQdiscCreated() {
        try {
            // bpffs has no plain files, but symbolic links.
            Files.createSymbolicLink(root.resolve(QDISC_MARK), Path.of("clsact"));
        } catch (IOException e) {
            throw failed("mark the qdisc in", e);
        }
    }

    boolean qdiscCreated() {
        return Files.isSymbolicLink(root.resolve(QDISC_MARK));
    }

    /**
     * Deletes the pins of all maps, of whatever layout. Filters and the crash fence that use these
     * maps stay in force until others take their place.
     */
    void removeMaps() {
        try (Stream<Path> found = Files.list(root)) {
            found.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .forEach(PinDirectory::removeTree);
        } catch (IOException e) {
            throw failed("remove maps from", e);
        }
    }

    /** Deletes every pin and the directory; no error if there is none. */
    void removeAll() {
        if (Files.exists(root)) {
            removeTree(root);
        }
    }

    private static void removeTree(Path directory) {
        try (Stream<Path> found = Files.walk(directory)) {
            found.sorted(Comparator.reverseOrder()).forEach(PinDirectory::delete);
        } catch (IOException e) {
            throw new KernelException(
                    "remove", directory + " (" + e + ")", 0, "remove it by hand as root");
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new KernelException(
                    "remove", path + " (" + e + ")", 0, "remove it by hand as root");
        }
    }

    private KernelException failed(String operation, IOException cause) {
        return new KernelException(
                operation,
                "pin directory " + root + " (" + cause + ")",
                0,
                "run as root and check that bpffs is mounted");
    }
}
