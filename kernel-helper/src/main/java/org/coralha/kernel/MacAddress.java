package org.coralha.kernel;

import java.util.Arrays;
import java.util.HexFormat;

/** An Ethernet address. Immutable; compares by content. */
public final class MacAddress {
    /** Size in bytes. */
    public static final int BYTES = 6;

    private final byte[] value;

    private MacAddress(byte[] value) {
        this.value = value;
    }

    /**
     * @param raw six bytes, copied
     * @throws IllegalArgumentException for any other length
     */
    public static MacAddress of(byte[] raw) {
        if (raw.length != BYTES) {
            throw new IllegalArgumentException("MAC address of " + raw.length + " bytes");
        }
        return new MacAddress(raw.clone());
    }

    /** The six bytes, a copy. */
    public byte[] bytes() {
        return value.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MacAddress m && Arrays.equals(value, m.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(value);
    }
}
