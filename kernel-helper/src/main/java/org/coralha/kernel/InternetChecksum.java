package org.coralha.kernel;

import java.nio.ByteBuffer;

/** The checksum of IP, TCP and both versions of ICMP, over an even number of bytes. */
final class InternetChecksum {
    private InternetChecksum() {}

    /** The sum of the words, not folded: what a checksum can begin with. */
    static int sum(ByteBuffer bytes, int from, int length) {
        int sum = 0;
        for (int at = from; at < from + length; at += 2) {
            sum += bytes.getShort(at) & 0xffff;
        }
        return sum;
    }

    /**
     * @param start of what else is to be covered
     */
    static short of(ByteBuffer bytes, int from, int length, int start) {
        int sum = start + sum(bytes, from, length);
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
