package org.coralha.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.kernel.jna.BpfObject;
import org.coralha.kernel.jna.PrivateNetwork;
import org.coralha.kernel.jna.RawSocket;
import org.coralha.kernel.jna.TcHook;

/**
 * Proves on this very kernel that the backup's output is swallowed: nothing leaves the device, and
 * the stack is told that it was sent. A kernel that drops instead makes the backup's TCP believe in
 * congestion; one that passes would let two hosts answer one client. The same holds of a host whose
 * lease has run out. Runs on a virtual cable in a network namespace of its own, so it disturbs and
 * leaves nothing.
 */
public final class SwallowSelfTest {
    private static final String DEVICE = "coral0";
    private static final String FAR_END = "coral1";
    private static final long LIMIT_MS = 10_000;
    private static final byte[] HOST = {(byte) 192, 0, 2, 1};
    private static final byte[] CLIENT = {(byte) 192, 0, 2, 2};
    private static final int PORT = 8080;
    private static final int ENOBUFS = 105;
    private static final int HANDLE = 1;

    private SwallowSelfTest() {}

    /**
     * Runs the proof; well below a second.
     *
     * @throws KernelException if a packet leaks, or the stack learns of its fate, or programs do
     *     not load at all
     */
    public static void prove() {
        PrivateNetwork.call(
                () -> {
                    proveHere();
                    return null;
                },
                LIMIT_MS);
    }

    private static void proveHere() throws IOException {
        // Or the router solicitations of IPv6 are counted as packets that leaked.
        for (String scope : List.of("all", "default")) {
            Path switchOff = Path.of("/proc/sys/net/ipv6/conf", scope, "disable_ipv6");
            if (Files.exists(switchOff)) {
                Files.writeString(switchOff, "1");
            }
        }
        String remedy = "load the kernel module veth, and run as root";
        Command.require(
                remedy, "ip", "link", "add", DEVICE, "type", "veth", "peer", "name", FAR_END);
        Command.require(remedy, "ip", "link", "set", FAR_END, "up");
        Command.require(remedy, "ip", "address", "add", "192.0.2.1/24", "dev", DEVICE);
        Command.require(remedy, "ip", "link", "set", DEVICE, "up");
        Command.require(
                remedy,
                "ip",
                "neighbour",
                "add",
                "192.0.2.2",
                "lladdr",
                "02:00:00:00:00:02",
                "dev",
                DEVICE);
        try (BpfObject programs = ObjectFile.load(Map.of())) {
            InetAddress host = InetAddress.getByAddress(HOST);
            ServiceTable service = new ServiceTable(programs, new InetSocketAddress(host, PORT));
            HostInterface port = Interfaces.named(DEVICE);
            service.enter(HOST, port.mac());
            TcHook hook = new TcHook(port.index(), port.name());
            hook.create();
            hook.attach(
                    TcHook.Direction.EGRESS,
                    programs.program("coral_egress"),
                    HANDLE,
                    ForeignFilters.OWN_PRIORITY);
            expect(service, DataPlane.Mode.SIMPLEX, 0, 0);
            service.lease(DataPlane.UNLIMITED);
            expect(service, DataPlane.Mode.SIMPLEX, 1, 0);
            expect(service, DataPlane.Mode.FENCED, 0, ENOBUFS);
            expect(service, DataPlane.Mode.BACKUP, 0, 0);
        }
    }

    private static void expect(
            ServiceTable service, DataPlane.Mode mode, long packetsOut, int errno)
            throws IOException {
        service.mode(mode);
        try (RawSocket socket = RawSocket.ip()) {
            long before = packetsOut();
            int result = socket.trySend(segment(), InetAddress.getByAddress(CLIENT));
            long out = packetsOut() - before;
            if (out != packetsOut || result != errno) {
                throw new KernelException(
                        "prove the swallowing of packets: in mode",
                        mode + " " + out + " packets left and the sender saw " + result,
                        result,
                        "expected " + packetsOut + " and " + errno + ": this kernel cannot do it");
            }
        }
    }

    private static long packetsOut() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/dev"))) {
            String[] field = line.trim().split("[\\s:]+", -1);
            if (field[0].equals(DEVICE)) {
                return Long.parseLong(field[10]);
            }
        }
        throw new KernelException("count packets of", DEVICE, 0, "mount /proc");
    }

    /** IPv4 and TCP header of an acknowledgement from the service; checksums do not matter here. */
    private static byte[] segment() {
        ByteBuffer packet = ByteBuffer.allocate(40);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) 40).putInt(0);
        packet.put((byte) 64).put((byte) 6).putShort((short) 0).put(HOST).put(CLIENT);
        packet.putShort((short) PORT).putShort((short) 40_000).putInt(1).putInt(1);
        packet.put((byte) 0x50).put((byte) 0x10).putShort((short) 1024).putInt(0);
        return packet.array();
    }
}
