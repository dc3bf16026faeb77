package org.coralha.heartbeat.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What is read of a file that is not, or not quite, what was written. */
class EpochSlotsTest {
    private final byte[] file = EpochSlots.fresh().array();

    private static EpochSlots read(byte[] bytes) {
        return new EpochSlots(ByteBuffer.wrap(bytes));
    }

    /** Writes the first bytes of an epoch over what the file holds, as a crash leaves it. */
    private void write(long epoch, int bytes) {
        ByteBuffer slot = ByteBuffer.allocate(EpochSlots.SLOT_BYTES);
        EpochSlots.encode(epoch, slot);
        System.arraycopy(slot.array(), 0, file, read(file).nextOffset(), bytes);
    }

    @Test
    void aNewFileHasNoEpoch() {
        assertTrue(read(file).isReadable());
        assertEquals(0, read(file).highest());
    }

    @Test
    void nextComesOverTheLowerOne() {
        EpochSlots slots = read(file);
        for (long epoch = 1; epoch < 6; epoch++) {
            EpochSlots reread = read(file);
            assertEquals(epoch - 1, reread.highest());
            assertEquals(slots.nextOffset(), reread.nextOffset());
            write(epoch, EpochSlots.SLOT_BYTES);
            slots.kept(epoch);
        }
    }

    @Test
    void anyNumberOfTornWritesLeavesWhatWasThere() {
        write(0x01ff, EpochSlots.SLOT_BYTES);
        write(0x02fe, EpochSlots.SLOT_BYTES);
        for (int bytes = 0; bytes < EpochSlots.SLOT_BYTES; bytes++) {
            write(0x0301, bytes);
            assertEquals(0x02fe, read(file).highest(), "torn after byte " + bytes);
        }
        write(0x0301, EpochSlots.SLOT_BYTES);
        assertEquals(0x0301, read(file).highest());
    }

    /** Without the checksum a torn slot would read as an epoch that nobody has used. */
    @Test
    void aMixtureOfTwoEpochsIsNone() {
        write(0x00ff, EpochSlots.SLOT_BYTES);
        write(0x0100, EpochSlots.SLOT_BYTES);
        write(0x0201, 2 * Long.BYTES - 1);
        assertEquals(0x0100, read(file).highest());
    }

    @Test
    void aFileThatIsNotOursIsNotReadable() {
        assertFalse(read(new byte[EpochSlots.FILE_BYTES]).isReadable());
        assertFalse(read(new byte[0]).isReadable());
        assertFalse(read(new byte[EpochSlots.SLOT_BYTES]).isReadable());
    }
}
