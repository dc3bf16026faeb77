package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which Jetty was attached last, for the next daemon: its connections ended with this one, so it
 * must neither stay nor come back. Lies beside the epoch, because the directory of the sockets may
 * go with the daemon.
 */
final class LifeFile {
    private static final Logger LOG = LoggerFactory.getLogger(LifeFile.class);

    private final Path file;
    private final Path bootId;

    LifeFile(Path stateDir, Path proc) {
        this.file = stateDir.resolve("jetty");
        this.bootId = proc.resolve("sys/kernel/random/boot_id");
    }

    void write(ProcessLife life) {
        try {
            Files.writeString(
                    file, life.processId() + " " + life.startedAt() + " " + boot() + "\n");
        } catch (IOException e) {
            LOG.warn("write {}: {}; a daemon that starts anew may not find Jetty", file, e);
        }
    }

    /** What was written since this host was started, else {@link ProcessLife#NONE}. */
    ProcessLife read() {
        try {
            String[] parts = Files.readString(file).strip().split(" ");
            return parts[2].equals(boot())
                    ? new ProcessLife(Long.parseLong(parts[0]), Long.parseLong(parts[1]))
                    : ProcessLife.NONE;
        } catch (NoSuchFileException e) {
            return ProcessLife.NONE;
        } catch (IOException | RuntimeException e) {
            LOG.warn("read {}: {}; end a Jetty of an earlier daemon by hand", file, e.toString());
            return ProcessLife.NONE;
        }
    }

    private String boot() throws IOException {
        return Files.readString(bootId).strip();
    }
}
