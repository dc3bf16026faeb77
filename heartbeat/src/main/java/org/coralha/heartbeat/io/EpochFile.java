package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.coralha.heartbeat.port.EpochStore;

/**
 * The persisted epoch: two slots of 24 bytes ({@code u64 magic, u64 epoch, u64 CRC-32}), a disk
 * sector apart and written in turn, each followed by a sync. A torn write spoils one slot; the
 * other still holds the epoch before it. One thread at a time.
 */
public final class EpochFile implements EpochStore, AutoCloseable {
    private static final long MAGIC = 0x434f52414c455031L;
    private static final int SLOT_BYTES = 24;
    private static final int SECTOR_BYTES = 4096;
    private static final int SLOTS = 2;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES);
    private volatile long highest;
    private int nextSlot;

    private EpochFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens, or creates, {@code directory/epoch}.
     *
     * @throws IOException if that fails, or neither slot of an existing file is valid
     */
    public static EpochFile open(Path directory) throws IOException {
        Path file = directory.resolve("epoch");
        Files.createDirectories(directory);
        if (Files.notExists(file)) {
            create(directory, file);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        EpochFile opened = new EpochFile(file, channel);
        try {
            opened.load();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return opened;
    }

    private static void create(Path directory, Path file) throws IOException {
        Path fresh = directory.resolve("epoch.new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            for (int i = 0; i < SLOTS; i++) {
                out.write(encode(ByteBuffer.allocate(SLOT_BYTES), 0), (long) i * SECTOR_BYTES);
            }
            out.force(true);
        }
        Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    private void load() throws IOException {
        int valid = 0;
        for (int i = 0; i < SLOTS; i++) {
            long epoch = readSlot(i);
            if (epoch >= 0) {
                valid++;
                if (epoch >= highest) {
                    highest = epoch;
                    nextSlot = (i + 1) % SLOTS;
                }
            }
        }
        if (valid == 0) {
            throw new IOException(
                    "read epoch "
                            + file
                            + ": no valid record; if the peer serves, delete the file,"
                            + " else restore it: an epoch that was used must not be used again");
        }
    }

    private long readSlot(int index) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(SLOT_BYTES);
        while (in.hasRemaining()) {
            if (channel.read(in, (long) index * SECTOR_BYTES + in.position()) < 0) {
                return -1;
            }
        }
        in.flip();
        long magic = in.getLong();
        long epoch = in.getLong();
        return magic == MAGIC && in.getLong() == checksum(epoch) ? epoch : -1;
    }

    @Override
    public long highest() {
        return highest;
    }

    @Override
    public void ensure(long epoch) throws IOException {
        if (epoch <= highest) {
            return;
        }
        try {
            encode(slot.clear(), epoch);
            while (slot.hasRemaining()) {
                channel.write(slot, (long) nextSlot * SECTOR_BYTES + slot.position());
            }
            channel.force(false);
        } catch (IOException e) {
            throw new IOException(
                    "write epoch "
                            + epoch
                            + " to "
                            + file
                            + ": "
                            + e.getMessage()
                            + "; check the disk of the state directory",
                    e);
        }
        highest = epoch;
        nextSlot = (nextSlot + 1) % SLOTS;
    }

    private static ByteBuffer encode(ByteBuffer out, long epoch) {
        return out.putLong(MAGIC).putLong(epoch).putLong(checksum(epoch)).flip();
    }

    private static long checksum(long epoch) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(Long.BYTES * 2).putLong(MAGIC).putLong(epoch).flip());
        return crc.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
