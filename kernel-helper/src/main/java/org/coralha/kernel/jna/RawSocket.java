package org.coralha.kernel.jna;

import com.sun.jna.LastErrorException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.coralha.kernel.KernelException;

/**
 * A raw socket in the network namespace of the thread that opens it. One thread may send while
 * another receives; {@link #close} only after both.
 */
public final class RawSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPPROTO_RAW = 255;
    private static final int SOL_IP = 0;
    private static final int IP_RECVERR = 11;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int PROBE_BUFFER_BYTES = 262_144;
    private static final int POLLIN = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int DATAGRAM_LIMIT_BYTES = 65_536;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int ENOBUFS = 105;
    private static final int ADDRESS_BYTES = 28;
    private static final int IPV6_BYTES = 16;

    private final int fd;
    private final String name;
    private final byte[] received = new byte[DATAGRAM_LIMIT_BYTES];

    private RawSocket(int fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    /** Sends whole Ethernet frames out of an interface; receives nothing. */
    public static RawSocket frames(int interfaceIndex, String interfaceName) {
        // Protocol 0: frames are not queued to a socket that only sends.
        RawSocket socket = open(AF_PACKET, 0, "packet socket on " + interfaceName);
        ByteBuffer address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) AF_PACKET).putInt(4, interfaceIndex);
        socket.bind(address.array());
        return socket;
    }

    /** Sends and receives ICMP from one address of this host. */
    public static RawSocket icmp(InetAddress source) {
        String name = "ICMP socket of " + source.getHostAddress();
        RawSocket socket =
                source instanceof Inet6Address
                        ? open(AF_INET6, IPPROTO_ICMPV6, name)
                        : open(AF_INET, IPPROTO_ICMP, name);
        socket.bind(internetAddress(source));
        byte[] limit = ofInt(PROBE_BUFFER_BYTES);
        LibcNative.setsockopt(socket.fd, SOL_SOCKET, SO_RCVBUF, limit, limit.length);
        return socket;
    }

    /** Sends IP packets with headers of the caller's; errors of the device are reported. */
    public static RawSocket ip() {
        RawSocket socket = open(AF_INET, IPPROTO_RAW, "raw IP socket");
        byte[] on = ofInt(1);
        LibcNative.setsockopt(socket.fd, SOL_IP, IP_RECVERR, on, on.length);
        return socket;
    }

    private static RawSocket open(int domain, int protocol, String name) {
        try {
            return new RawSocket(LibcNative.socket(domain, SOCK_RAW_CLOEXEC, protocol), name);
        } catch (LastErrorException e) {
            throw failed("open", name, e);
        }
    }

    private void bind(byte[] address) {
        try {
            LibcNative.bind(fd, address, address.length);
        } catch (LastErrorException e) {
            close();
            throw failed("bind", name, e);
        }
    }

    /** Sends to where the socket is bound; false if a filter or a full queue held it back. */
    public boolean send(byte[] frame) {
        try {
            LibcNative.sendto(fd, frame, frame.length, MSG_DONTWAIT, null, 0);
            return true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == ENOBUFS || e.getErrorCode() == EAGAIN) {
                return false;
            }
            throw failed("send on", name, e);
        }
    }

    /** Sends to an address; 0, or the error number that the kernel answered with. */
    public int trySend(byte[] packet, InetAddress to) {
        byte[] address = internetAddress(to);
        try {
            LibcNative.sendto(fd, packet, packet.length, MSG_DONTWAIT, address, address.length);
            return 0;
        } catch (LastErrorException e) {
            return e.getErrorCode();
        }
    }

    /**
     * What came in over IP.
     *
     * @param source 4 or 16 bytes
     * @param content what followed the IP header
     */
    public record Message(byte[] source, byte[] content) {}

    /** The next message, empty if none came in that time. */
    public Optional<Message> receive(long timeoutMs) {
        ByteBuffer descriptor = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        descriptor.putInt(0, fd).putShort(4, (short) POLLIN);
        try {
            int limitMs = (int) Math.max(0, Math.min(timeoutMs, Integer.MAX_VALUE));
            if (LibcNative.poll(descriptor.array(), 1, limitMs) == 0) {
                return Optional.empty();
            }
            byte[] from = new byte[ADDRESS_BYTES];
            int[] fromBytes = {from.length};
            long bytes =
                    LibcNative.recvfrom(
                            fd, received, received.length, MSG_DONTWAIT, from, fromBytes);
            return Optional.of(message(from, (int) bytes));
        } catch (LastErrorException e) {
            if (e.getErrorCode() == EINTR) {
                return Optional.empty();
            }
            throw failed("receive on", name, e);
        }
    }

    /** Sockets of IPv4 hand the IP header over too, those of IPv6 do not. */
    private Message message(byte[] from, int bytes) {
        boolean six = ByteBuffer.wrap(from).order(ByteOrder.nativeOrder()).getShort() == AF_INET6;
        int headerBytes = six || bytes == 0 ? 0 : (received[0] & 0xf) * 4;
        return new Message(
                six ? Arrays.copyOfRange(from, 8, 8 + IPV6_BYTES) : Arrays.copyOfRange(from, 4, 8),
                Arrays.copyOfRange(received, Math.min(headerBytes, bytes), bytes));
    }

    private static byte[] internetAddress(InetAddress address) {
        if (address instanceof Inet6Address six) {
            ByteBuffer out = ByteBuffer.allocate(ADDRESS_BYTES).order(ByteOrder.nativeOrder());
            out.putShort(0, (short) AF_INET6).put(8, six.getAddress());
            return out.putInt(24, six.getScopeId()).array();
        }
        ByteBuffer out = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
        out.putShort(0, (short) AF_INET).put(4, address.getAddress());
        return out.array();
    }

    private static byte[] ofInt(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    }

    private static KernelException failed(String operation, String object, LastErrorException e) {
        return new KernelException(
                operation,
                object + " (" + e.getMessage() + ")",
                e.getErrorCode(),
                "run as root with CAP_NET_RAW and check that the address and interface exist");
    }

    @Override
    public void close() {
        LibcNative.close(fd);
    }
}
