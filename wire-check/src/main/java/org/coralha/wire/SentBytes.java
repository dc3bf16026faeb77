package org.coralha.wire;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.TreeMap;

/**
 * The bytes of one direction of a connection, kept to be compared with those that go by again.
 * Memory is bounded: what lies {@link #KEPT_BYTES} behind the latest is forgotten, and is no longer
 * compared.
 */
final class SentBytes {
    /** More than the windows that Linux gives by itself. */
    static final long KEPT_BYTES = 8L << 20;

    private static final int BLOCK_BYTES = 4096;

    private final TreeMap<Long, Block> blocks = new TreeMap<>();

    private static final class Block {
        final byte[] bytes = new byte[BLOCK_BYTES];
        final BitSet known = new BitSet(BLOCK_BYTES);
    }

    /**
     * Takes bytes.
     *
     * @param offset where the first of them lies
     * @return true if one of them differs from what was there before; it then stays as it was
     */
    boolean contradicts(long offset, ByteBuffer payload) {
        boolean differs = false;
        for (int i = 0; i < payload.remaining(); ) {
            long at = offset + i;
            int inBlock = (int) Math.floorMod(at, (long) BLOCK_BYTES);
            int count = Math.min(BLOCK_BYTES - inBlock, payload.remaining() - i);
            Block block =
                    blocks.computeIfAbsent(Math.floorDiv(at, BLOCK_BYTES), unused -> new Block());
            differs |= !agrees(block, inBlock, payload, i, count);
            i += count;
        }
        forget();
        return differs;
    }

    private static boolean agrees(Block block, int at, ByteBuffer payload, int from, int count) {
        int firstKnown = block.known.nextSetBit(at);
        if (firstKnown < 0 || firstKnown >= at + count) {
            payload.get(payload.position() + from, block.bytes, at, count);
            block.known.set(at, at + count);
            return true;
        }
        boolean same = true;
        for (int i = 0; i < count; i++) {
            byte next = payload.get(payload.position() + from + i);
            if (block.known.get(at + i)) {
                same &= block.bytes[at + i] == next;
            } else {
                block.bytes[at + i] = next;
                block.known.set(at + i);
            }
        }
        return same;
    }

    private void forget() {
        while (blocks.size() > KEPT_BYTES / BLOCK_BYTES) {
            blocks.pollFirstEntry();
        }
    }

    /** Forgets everything. */
    void clear() {
        blocks.clear();
    }
}
