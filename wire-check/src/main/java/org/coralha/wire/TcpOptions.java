package org.coralha.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the checks need of a segment's TCP options.
 *
 * @param timestamp TSval (RFC 7323), or -1 without the option
 * @param echo TSecr, or -1 without the option
 * @param sacks blocks of selective acknowledgements (RFC 2018), in the order of the packet
 */
record TcpOptions(long timestamp, long echo, List<Sack> sacks) {
    private static final TcpOptions NONE = new TcpOptions(-1, -1, List.of());
    private static final int END = 0;
    private static final int PADDING = 1;
    private static final int SACK = 5;
    private static final int TIMESTAMP = 8;

    /**
     * One block.
     *
     * @param left first sequence number that was received
     * @param right sequence number after the last one
     */
    record Sack(int left, int right) {}

    /** Parses options; what follows a malformed one is left out. */
    static TcpOptions parse(byte[] frame, int from, int to) {
        ByteBuffer b = ByteBuffer.wrap(frame);
        TcpOptions found = NONE;
        int at = from;
        while (at < to && frame[at] != END) {
            int length = frame[at] == PADDING ? 1 : at + 1 < to ? frame[at + 1] & 0xff : 0;
            if (length == 0 || at + length > to) {
                return found;
            }
            found = found.with(b, at, length);
            at += length;
        }
        return found;
    }

    private TcpOptions with(ByteBuffer b, int at, int length) {
        if (b.get(at) == TIMESTAMP && length == 10) {
            return new TcpOptions(unsigned(b, at + 2), unsigned(b, at + 6), sacks);
        }
        if (b.get(at) == SACK && length % 8 == 2) {
            List<Sack> blocks = new ArrayList<>();
            for (int block = at + 2; block < at + length; block += 8) {
                blocks.add(new Sack(b.getInt(block), b.getInt(block + 4)));
            }
            return new TcpOptions(timestamp, echo, List.copyOf(blocks));
        }
        return this;
    }

    private static long unsigned(ByteBuffer b, int at) {
        return Integer.toUnsignedLong(b.getInt(at));
    }
}
