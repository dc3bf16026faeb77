package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A small record on disk that is replaced as a whole: written beside, synced, renamed, and the
 * directory synced. Layout: {@code u64 magic, content, u64 CRC-32 of both}. One thread at a time.
 */
final class RecordFile {
    private final Path file;
    private final long magic;
    private final int contentBytes;

    /**
     * @param file where it is; the directory must exist
     * @param magic first 8 bytes, different for each kind of record
     * @param contentBytes length of every content
     */
    RecordFile(Path file, long magic, int contentBytes) {
        this.file = file;
        this.magic = magic;
        this.contentBytes = contentBytes;
    }

    /**
     * The content, empty if there is no file.
     *
     * @throws IOException if the file cannot be read or is not what was written
     */
    Optional<ByteBuffer> read() throws IOException {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        byte[] bytes = readBounded();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean whole =
                bytes.length == contentBytes + 2 * Long.BYTES
                        && in.getLong(0) == magic
                        && in.getLong(bytes.length - Long.BYTES) == checksum(bytes);
        if (!whole) {
            throw new IOException("read " + file + ": it is not what was written");
        }
        return Optional.of(in.slice(Long.BYTES, contentBytes));
    }

    private byte[] readBounded() throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(contentBytes + 2 * Long.BYTES + 1);
        } catch (IOException e) {
            throw new IOException("read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Returns when the content is on disk.
     *
     * @throws IOException if it may not be, naming file and remedy
     */
    void write(ByteBuffer content) throws IOException {
        byte[] bytes = new byte[contentBytes + 2 * Long.BYTES];
        ByteBuffer out = ByteBuffer.wrap(bytes).putLong(magic).put(content);
        out.putLong(checksum(bytes)).flip();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                while (out.hasRemaining()) {
                    channel.write(out);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncDirectory();
        } catch (IOException e) {
            throw new IOException(
                    "write " + file + ": " + e.getMessage() + "; check the disk of its directory",
                    e);
        }
    }

    /**
     * Returns when there is no file any more, on disk; needs no space there.
     *
     * @throws IOException if there may be one, naming file and remedy
     */
    void delete() throws IOException {
        try {
            Files.deleteIfExists(file);
            // Also if it is gone already: the try before this one may have ended here.
            syncDirectory();
        } catch (IOException e) {
            throw new IOException(
                    "delete " + file + ": " + e.getMessage() + "; check the disk of its directory",
                    e);
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static long checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(Arrays.copyOf(bytes, bytes.length - Long.BYTES));
        return crc.getValue();
    }
}
