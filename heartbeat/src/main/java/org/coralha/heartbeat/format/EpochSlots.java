package org.coralha.heartbeat.format;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The bytes of the persisted epoch: two slots of 24 bytes ({@code u64 magic, u64 epoch, u64
 * CRC-32}), a disk sector apart and written in turn. A torn write spoils one slot; the other still
 * holds the epoch before it. Not safe for use by several threads.
 */
public final class EpochSlots {
    /** Length of a slot, in bytes. */
    public static final int SLOT_BYTES = 24;

    /** Length of the whole file, in bytes. */
    public static final int FILE_BYTES = 4096 + SLOT_BYTES;

    private static final long MAGIC = 0x434f52414c455031L;
    private static final int SECTOR_BYTES = 4096;
    private static final int SLOTS = 2;

    private long highest;
    private int nextSlot;
    private boolean readable;

    /** The content of a new file: no epoch was ever used. */
    public static ByteBuffer fresh() {
        ByteBuffer file = ByteBuffer.allocate(FILE_BYTES);
        for (int i = 0; i < SLOTS; i++) {
            encode(0, file.position(i * SECTOR_BYTES));
        }
        return file.rewind();
    }

    /**
     * Reads a file.
     *
     * @param file its content, which may be shorter or longer than it was written
     */
    public EpochSlots(ByteBuffer file) {
        for (int i = 0; i < SLOTS; i++) {
            long epoch = slot(file, file.position() + i * SECTOR_BYTES);
            if (epoch >= 0) {
                readable = true;
                if (epoch >= highest) {
                    highest = epoch;
                    nextSlot = (i + 1) % SLOTS;
                }
            }
        }
    }

    private static long slot(ByteBuffer file, int at) {
        if (file.limit() < at + SLOT_BYTES) {
            return -1;
        }
        long epoch = file.getLong(at + Long.BYTES);
        boolean whole =
                file.getLong(at) == MAGIC && file.getLong(at + 2 * Long.BYTES) == checksum(epoch);
        return whole ? epoch : -1;
    }

    /** False if no slot is what was written: then nobody knows which epochs were used. */
    public boolean isReadable() {
        return readable;
    }

    /** The highest epoch on record; 0 if there never was one. */
    public long highest() {
        return highest;
    }

    /** Where in the file the next epoch goes: never over the highest one. */
    public int nextOffset() {
        return nextSlot * SECTOR_BYTES;
    }

    /** Puts the bytes of an epoch, {@link #SLOT_BYTES} of them, into the buffer. */
    public static void encode(long epoch, ByteBuffer out) {
        out.putLong(MAGIC).putLong(epoch).putLong(checksum(epoch));
    }

    /** The epoch is on disk at {@link #nextOffset}. */
    public void kept(long epoch) {
        highest = epoch;
        nextSlot = (nextSlot + 1) % SLOTS;
    }

    private static long checksum(long epoch) {
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(Long.BYTES * 2).putLong(MAGIC).putLong(epoch).flip());
        return crc.getValue();
    }
}
