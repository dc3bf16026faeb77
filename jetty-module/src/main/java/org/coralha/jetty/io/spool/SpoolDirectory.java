package org.coralha.jetty.io.spool;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.coralha.jetty.port.SpoolFile;
import org.coralha.jetty.port.SpoolFiles;

/**
 * Spool files in one directory, named by process so that two processes never share one. Files left
 * by a process that died are deleted at the start.
 */
public final class SpoolDirectory implements SpoolFiles {
    private static final String PREFIX = "coral-";
    private static final String SUFFIX = ".spool";

    private final Path directory;
    private final String names;
    private final AtomicLong next = new AtomicLong();

    private SpoolDirectory(Path directory) {
        this.directory = directory;
        this.names = PREFIX + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-";
    }

    /**
     * Makes the directory ready.
     *
     * @throws IOException if it cannot be created or written
     */
    public static SpoolDirectory open(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path probe = Files.createTempFile(directory, "coral-probe", SUFFIX);
        Files.delete(probe);
        deleteLeftOvers(directory);
        return new SpoolDirectory(directory);
    }

    private static void deleteLeftOvers(Path directory) throws IOException {
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                if (!belongsToLivingProcess(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean belongsToLivingProcess(String name) {
        try {
            long pid = Long.parseLong(name.substring(PREFIX.length()).split("-", 2)[0]);
            return ProcessHandle.of(pid).isPresent();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    @Override
    public SpoolFile create() throws IOException {
        return new DiskSpoolFile(directory.resolve(names + next.incrementAndGet() + SUFFIX));
    }
}
