package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.coralha.heartbeat.port.SoleStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code sole} in the state directory: the epoch in which this host serves, or served last, alone;
 * no file if others may serve. A file that cannot be read counts as none, which is safe: the host
 * then waits for its peer.
 */
final class SoleFile implements SoleStore {
    private static final Logger LOG = LoggerFactory.getLogger(SoleFile.class);
    private static final long MAGIC = 0x434f52414c534f31L;

    private final RecordFile file;
    private long epoch;

    private SoleFile(RecordFile file) {
        this.file = file;
    }

    /**
     * Reads it.
     *
     * @throws IOException if it can neither be read nor be removed
     */
    static SoleFile open(Path directory) throws IOException {
        Files.createDirectories(directory);
        SoleFile opened =
                new SoleFile(new RecordFile(directory.resolve("sole"), MAGIC, Long.BYTES));
        try {
            opened.epoch = opened.file.read().map(ByteBuffer::getLong).orElse(0L);
        } catch (IOException e) {
            LOG.warn("{}; this host will wait for its peer before it serves", e.getMessage());
            // It must not be readable again after others have served.
            opened.file.delete();
        }
        return opened;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public void keep(long served) throws IOException {
        if (served == 0) {
            // On a full disk, too: a host that cannot give it up must not let its peer join.
            file.delete();
        } else {
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(served).flip());
        }
        epoch = served;
    }
}
