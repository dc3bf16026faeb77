package org.coralha.pair.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Turns the bytes of an input into values, the same each time. Where the bytes have run out,
 * everything is 0, false or empty. Not for several threads.
 */
public final class FuzzInput {
    private final ByteBuffer in;

    /**
     * @param data the input; not changed
     */
    public FuzzInput(byte[] data) {
        this.in = ByteBuffer.wrap(data).asReadOnlyBuffer();
    }

    /** True while bytes are left. */
    public boolean hasMore() {
        return in.hasRemaining();
    }

    /** 0 to 255. */
    public int octet() {
        return in.hasRemaining() ? in.get() & 0xff : 0;
    }

    /** 0 to the bound, which is left out. */
    public int below(int bound) {
        return (bound <= 256 ? octet() : number32() & Integer.MAX_VALUE) % bound;
    }

    /** From the lowest bit of a byte. */
    public boolean flag() {
        return (octet() & 1) != 0;
    }

    /** Any value, big endian. */
    public int number32() {
        return octet() << 24 | octet() << 16 | octet() << 8 | octet();
    }

    /** Any value, big endian. */
    public long number64() {
        return (long) number32() << 32 | number32() & 0xffff_ffffL;
    }

    /** That many bytes, or as many as are left. */
    public byte[] bytes(int count) {
        byte[] some = new byte[Math.min(count, in.remaining())];
        in.get(some);
        return some;
    }

    /** Everything that is left. */
    public byte[] rest() {
        return bytes(in.remaining());
    }

    /** Up to so many bytes as text; what is not UTF-8 becomes the replacement character. */
    public String text(int limitBytes) {
        return new String(bytes(below(limitBytes + 1)), StandardCharsets.UTF_8);
    }
}
