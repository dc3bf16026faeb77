package org.coralha.wire;

/** The 16-bit one's complement sum of RFC 1071. Pure. */
final class InternetChecksum {
    private InternetChecksum() {}

    /** Adds the bytes to a running sum, big endian, padded with a zero byte. */
    static long add(long sum, byte[] bytes, int offset, int length) {
        long total = sum;
        for (int i = 0; i < length; i += 2) {
            int high = bytes[offset + i] & 0xff;
            int low = i + 1 < length ? bytes[offset + i + 1] & 0xff : 0;
            total += high << 8 | low;
        }
        return total;
    }

    /** Folds the carries in: 0xffff if a block that holds its own checksum is right. */
    static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
