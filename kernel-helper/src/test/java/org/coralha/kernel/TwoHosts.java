package org.coralha.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.coralha.kernel.jna.BpfFileSystem;
import org.coralha.kernel.jna.Namespace;

/**
 * A client behind a router, and two hosts with data planes on the router's other network, each in a
 * network namespace. Everything goes with {@link #close}.
 */
final class TwoHosts implements AutoCloseable {
    static final InetSocketAddress SERVICE = new InetSocketAddress("10.79.2.100", 8080);
    static final String CLIENT_ADDRESS = "10.79.1.10";

    final Namespace client = new Namespace("ck-client");
    final Namespace router = new Namespace("ck-router");
    final Host a = new Host("a", "10.79.2.11");
    final Host b = new Host("b", "10.79.2.12");
    private final Path bpffs = BpfFileSystem.mountPrivate();

    /** One of the pair. */
    final class Host {
        final Namespace namespace;
        final InetAddress address;
        final String cable;
        final BlockingQueue<Long> crashes = new LinkedBlockingQueue<>();
        PinnedDataPlane plane;

        Host(String name, String address) {
            this.namespace = new Namespace("ck-" + name);
            this.cable = "to-" + name;
            try {
                this.address = InetAddress.getByName(address);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        DataPlaneSpec spec() {
            return new DataPlaneSpec(
                    SERVICE,
                    address,
                    "eth0",
                    bpffs.resolve(namespace.name()),
                    (processId, status) -> crashes.add(processId));
        }

        void open() {
            plane = namespace.call(() -> PinnedDataPlane.open(spec()));
            plane.lease(DataPlane.UNLIMITED);
        }

        boolean announce() {
            return namespace.call(
                    () -> {
                        try (ArpAnnouncer arp = ArpAnnouncer.open(Interfaces.carrying(address))) {
                            return arp.announce(SERVICE.getAddress());
                        }
                    });
        }

        /** Until the data plane has counted something there, for ten seconds at most. */
        void awaitCount(String counter) throws InterruptedException {
            for (int i = 0; i < 1000 && plane.counters().get(counter) == 0; i++) {
                Thread.sleep(10);
            }
        }

        void pullCable() {
            router.sh("ip link set " + cable + " down");
        }
    }

    TwoHosts() {
        try {
            build();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void build() {
        router.sh("ip link add br0 type bridge && ip link set br0 up");
        router.sh("ip addr add 10.79.2.1/24 dev br0 && sysctl -qw net.ipv4.ip_forward=1");
        router.sh("ip link add to-client type veth peer name eth0 netns ck-client");
        router.sh("ip addr add 10.79.1.1/24 dev to-client && ip link set to-client up");
        client.sh("ip addr add " + CLIENT_ADDRESS + "/24 dev eth0 && ip link set eth0 up");
        client.sh("ip route add default via 10.79.1.1");
        wire(a);
        wire(b);
        a.open();
        b.open();
        introduce(a, b);
        introduce(b, a);
    }

    private void wire(Host host) {
        Namespace there = host.namespace;
        router.sh("ip link add " + host.cable + " type veth peer name eth0 netns " + there.name());
        router.sh("ip link set " + host.cable + " master br0 up");
        there.sh("ip addr add " + host.address.getHostAddress() + "/24 dev eth0");
        there.sh("ip link set eth0 up && ip route add default via 10.79.2.1");
        there.call(
                () -> {
                    AdvertisedAddress.add(SERVICE.getAddress(), "eth0");
                    return null;
                });
    }

    private static void introduce(Host host, Host peer) {
        host.namespace.call(
                () -> {
                    HostInterface port = Interfaces.carrying(host.address);
                    host.plane.peer(Interfaces.resolve(peer.address, port, 3000).orElseThrow());
                    return null;
                });
    }

    /** The state of duplex operation with a as primary. */
    void duplex() {
        b.plane.mode(DataPlane.Mode.BACKUP);
        b.announce();
        a.plane.mode(DataPlane.Mode.PRIMARY);
    }

    @Override
    public void close() {
        for (Host host : new Host[] {a, b}) {
            if (host.plane != null) {
                host.plane.close();
                host.namespace.call(
                        () -> {
                            PinnedDataPlane.detach(host.spec());
                            return null;
                        });
            }
            host.namespace.close();
        }
        client.close();
        router.close();
        BpfFileSystem.unmount(bpffs);
        try {
            Files.deleteIfExists(bpffs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
