package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Asks the kernel about an interface by name, in the network namespace of the calling thread.
 * Unlike java.net.NetworkInterface it also knows interfaces without any address.
 */
public final class InterfaceQuery {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int HARDWARE_AT = NAME_BYTES + 2;
    private static final int HARDWARE_BYTES = 6;
    private static final short ETHERNET = 1;
    private static final int UP_AND_RUNNING = 0x41;

    private InterfaceQuery() {}

    /** True while the interface is up and has carrier; false also if it is gone. */
    public static boolean isRunning(String name) {
        return ask(name, SIOCGIFFLAGS)
                .map(answer -> (answer.getShort(NAME_BYTES) & UP_AND_RUNNING) == UP_AND_RUNNING)
                .orElse(false);
    }

    /** The kernel's number for it; empty if there is none of that name. */
    public static Optional<Integer> index(String name) {
        return ask(name, SIOCGIFINDEX).map(answer -> answer.getInt(NAME_BYTES));
    }

    /** Its Ethernet address; empty if it is of another kind or gone. */
    public static Optional<byte[]> ethernetAddress(String name) {
        return ask(name, SIOCGIFHWADDR)
                .filter(answer -> answer.getShort(NAME_BYTES) == ETHERNET)
                .map(
                        answer ->
                                Arrays.copyOfRange(
                                        answer.array(), HARDWARE_AT, HARDWARE_AT + HARDWARE_BYTES));
    }

    private static Optional<ByteBuffer> ask(String name, long question) {
        byte[] raw = name.getBytes(StandardCharsets.UTF_8);
        if (raw.length >= NAME_BYTES) {
            return Optional.empty();
        }
        byte[] request = Arrays.copyOf(raw, REQUEST_BYTES);
        int fd = LibcNative.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try {
            LibcNative.ioctl(fd, question, request);
            return Optional.of(ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()));
        } catch (LastErrorException e) {
            return Optional.empty();
        } finally {
            LibcNative.close(fd);
        }
    }
}
