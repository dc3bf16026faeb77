package org.coralha.sim;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.coralha.heartbeat.format.EpochSlots;
import org.coralha.sim.engine.Chance;

/**
 * What a host has persisted, whatever became of its daemon: the epoch, in the bytes of the product,
 * and with a witness its sole right. A write of the epoch that fails, or in which the host dies,
 * has written any number of its bytes: none, or all.
 */
final class SimDisk {
    private final Chance chance;
    private final byte[] file = EpochSlots.fresh().array();
    private EpochSlots slots = new EpochSlots(ByteBuffer.wrap(file));

    /** The epoch in which this host may go on alone; 0, or nothing, if it may not. */
    final SimRecord<Long> sole = new SimRecord<>();

    private long confirmed;

    /** Writes fail from now on, or do not. */
    boolean fails;

    /** The host dies within the next write. */
    boolean tearsNext;

    /** Thrown when the host dies in the middle of a write. */
    static final class Torn extends RuntimeException {
        private static final long serialVersionUID = 1;

        Torn() {
            super("the host died while it wrote", null, false, false);
        }
    }

    /**
     * @param chance decides how many bytes are written when not all are
     */
    SimDisk(Chance chance) {
        this.chance = chance;
    }

    /** What a daemon finds when it starts. */
    long load() {
        slots = new EpochSlots(ByteBuffer.wrap(file));
        if (!slots.isReadable()) {
            throw new IllegalStateException("no epoch on the disk is what was written");
        }
        return slots.highest();
    }

    /** The sole right that a daemon finds when it starts, 0 for none. */
    long soleEpoch() {
        Long kept = sole.content();
        return kept == null ? 0 : kept;
    }

    void heal() {
        fails = false;
        tearsNext = false;
        sole.heal();
    }

    long highest() {
        return slots.highest();
    }

    /** The highest epoch that it has ever said to have. */
    long confirmed() {
        return confirmed;
    }

    void ensure(long epoch) throws IOException {
        if (epoch <= slots.highest()) {
            return;
        }
        ByteBuffer slot = ByteBuffer.allocate(EpochSlots.SLOT_BYTES);
        EpochSlots.encode(epoch, slot);
        boolean whole = !tearsNext && !fails;
        int written = whole ? EpochSlots.SLOT_BYTES : some();
        System.arraycopy(slot.array(), 0, file, slots.nextOffset(), written);
        if (tearsNext) {
            tearsNext = false;
            throw new Torn();
        }
        if (fails) {
            throw new IOException("disk full");
        }
        slots.kept(epoch);
        confirmed = epoch;
    }

    /** Whole records, and none of one, happen more often than chance would have it. */
    private int some() {
        int bytes = EpochSlots.SLOT_BYTES;
        return switch (chance.below(4)) {
            case 0 -> 0;
            case 1 -> bytes;
            default -> chance.below(bytes);
        };
    }
}
