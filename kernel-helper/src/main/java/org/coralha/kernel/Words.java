package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as the kernel has them in memory. */
final class Words {
    private Words() {}

    static byte[] ofInt(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }

    static byte[] ofLong(long value) {
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(value)
                .array();
    }

    static int toInt(byte[] raw) {
        return ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getInt();
    }

    static long toLong(byte[] raw) {
        return ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getLong();
    }
}
