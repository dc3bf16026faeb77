package org.coralha.heartbeat.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.coralha.heartbeat.format.EpochSlots;
import org.coralha.heartbeat.port.EpochStore;

/**
 * The persisted epoch, in the bytes of {@link EpochSlots}: each write is followed by a sync. One
 * thread at a time.
 */
public final class EpochFile implements EpochStore, AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final EpochSlots slots;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(EpochSlots.SLOT_BYTES);
    private volatile long highest;

    private EpochFile(Path file, FileChannel channel, EpochSlots slots) {
        this.file = file;
        this.channel = channel;
        this.slots = slots;
        this.highest = slots.highest();
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
        try {
            return new EpochFile(file, channel, read(file, channel));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static void create(Path directory, Path file) throws IOException {
        Path fresh = directory.resolve("epoch.new");
        try (FileChannel out =
                FileChannel.open(
                        fresh,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer content = EpochSlots.fresh();
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    private static EpochSlots read(Path file, FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(EpochSlots.FILE_BYTES);
        int read = 0;
        while (content.hasRemaining() && read >= 0) {
            read = channel.read(content, content.position());
        }
        EpochSlots slots = new EpochSlots(content.flip());
        if (!slots.isReadable()) {
            throw new IOException(
                    "read epoch "
                            + file
                            + ": no valid record; if the peer serves, delete the file,"
                            + " else restore it: an epoch that was used must not be used again");
        }
        return slots;
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
            EpochSlots.encode(epoch, slot.clear());
            slot.flip();
            while (slot.hasRemaining()) {
                channel.write(slot, (long) slots.nextOffset() + slot.position());
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
        slots.kept(epoch);
        highest = epoch;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
