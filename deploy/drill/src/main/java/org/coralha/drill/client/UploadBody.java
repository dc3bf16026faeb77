package org.coralha.drill.client;

/** Bytes of an upload that can be made from any offset on. Pure. */
final class UploadBody {
    private UploadBody() {}

    /** Fills the first {@code count} bytes with the body from {@code offset} on. */
    static void fill(long seed, long offset, byte[] into, int count) {
        for (int i = 0; i < count; i++) {
            long at = offset + i;
            // The high bits of the offset take part, so that no two blocks are alike.
            into[i] = (byte) (seed + at * 31 + (at >>> 8) * 17 + (at >>> 16) * 101);
        }
    }
}
