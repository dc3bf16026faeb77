package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Asks the kernel about an interface by name, in the network namespace of the calling thread.
 * Unlike java.net.NetworkInterface it also knows interfaces without any address.
 */
public final class InterfaceQuery {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final long SIOCGIFHWADDR = 0x8927;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int HARDWARE_AT = NAME_BYTES + 2;
    private static final int HARDWARE_BYTES = 6;
    private static final short ETHERNET = 1;
    private static final long SIOCETHTOOL = 0x8946;
    private static final int ETHTOOL_GLINK = 0xa;

    private InterfaceQuery() {}

    /**
     * True while the interface is up and has carrier; false also if it is gone. Asks the device
     * itself: the flag IFF_RUNNING follows up to a second later.
     */
    public static boolean hasCarrier(String name) {
        try (Memory question = new Memory(2 * Integer.BYTES);
                Memory request = new Memory(REQUEST_BYTES)) {
            question.setInt(0, ETHTOOL_GLINK);
            question.setInt(Integer.BYTES, 0);
            request.clear();
            request.write(0, nameField(name), 0, NAME_BYTES);
            request.setPointer(NAME_BYTES, question);
            return asked(fd -> LibcNative.ioctl(fd, SIOCETHTOOL, request))
                    && question.getInt(Integer.BYTES) == 1;
        }
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
        byte[] request = Arrays.copyOf(nameField(name), REQUEST_BYTES);
        return asked(fd -> LibcNative.ioctl(fd, question, request))
                ? Optional.of(ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()))
                : Optional.empty();
    }

    /** The name, filled up with zeros; one that is too long matches no interface when cut. */
    private static byte[] nameField(String name) {
        byte[] field = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), NAME_BYTES);
        field[NAME_BYTES - 1] = 0;
        return field;
    }

    private static boolean asked(IntConsumer question) {
        int fd = LibcNative.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
        try {
            question.accept(fd);
            return true;
        } catch (LastErrorException e) {
            return false;
        } finally {
            LibcNative.close(fd);
        }
    }
}
