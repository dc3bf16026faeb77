package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.coralha.heartbeat.vote.Holder;
import org.coralha.heartbeat.vote.VoteRecord;

/** What the witness keeps of one pair: {@code HASH.vote}, u64 epoch, u64 holder. */
final class VoteFile {
    private static final long MAGIC = 0x434f52414c564f31L;
    private static final Holder[] HOLDERS = Holder.values();

    private final RecordFile file;

    /**
     * @param pair hash of the pair's name
     */
    VoteFile(Path directory, long pair) {
        Path path = directory.resolve(String.format("%016x.vote", pair));
        this.file = new RecordFile(path, MAGIC, 2 * Long.BYTES);
    }

    /**
     * The record, empty if there is no file.
     *
     * @throws IOException if the file is not what was written
     */
    Optional<VoteRecord> read() throws IOException {
        Optional<ByteBuffer> content = file.read();
        if (content.isEmpty()) {
            return Optional.empty();
        }
        long highest = content.get().getLong();
        long holder = content.get().getLong();
        if (highest <= 0 || holder < 0 || holder >= HOLDERS.length) {
            // Of another version, perhaps. To guess could grant twice.
            throw new IOException("read vote: epoch " + highest + " of holder " + holder);
        }
        return Optional.of(new VoteRecord(highest, HOLDERS[(int) holder]));
    }

    /** Returns when the record is on disk. */
    void write(VoteRecord record) throws IOException {
        file.write(
                ByteBuffer.allocate(2 * Long.BYTES)
                        .putLong(record.highest())
                        .putLong(record.holder().ordinal())
                        .flip());
    }
}
