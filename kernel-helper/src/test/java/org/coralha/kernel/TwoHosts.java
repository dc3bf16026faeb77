package org.coralha.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.coralha.kernel.jna.BpfFileSystem;
import org.coralha.kernel.jna.Namespace;

/**
 * A client behind a router, and two hosts with data planes on the router's other network, each in a
 * network namespace. Everything goes with {@link #close}, which fails if packets have broken a rule
 * that the test does not break (see {@link WireWatch}).
 */
final class TwoHosts implements AutoCloseable {
    /** One network stands at a time: its namespaces have fixed names. */
    private static InetSocketAddress current = serviceOf(Family.IPV4);

    final Family family;
    final Namespace client = new Namespace("ck-client");
    final Namespace router = new Namespace("ck-router");
    final Host a;
    final Host b;
    private final Path bpffs = BpfFileSystem.mountPrivate();

    /** What the rules of the wire are held against when this is closed. */
    WireWatch wire;

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
                    service(),
                    address,
                    "eth0",
                    bpffs.resolve(namespace.name()),
                    (processId, status) -> crashes.add(processId));
        }

        void open() {
            plane = namespace.call(() -> PinnedDataPlane.open(spec()));
            plane.lease(DataPlane.UNLIMITED);
        }

        private void remove() {
            if (plane != null) {
                plane.close();
                namespace.call(
                        () -> {
                            PinnedDataPlane.detach(spec());
                            return null;
                        });
            }
            namespace.close();
        }

        boolean announce() {
            return namespace.call(
                    () -> {
                        try (NeighbourAnnouncer arp =
                                NeighbourAnnouncer.open(Interfaces.carrying(address))) {
                            return arp.announce(service().getAddress());
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

        /**
         * Bytes of the service that the client of that port has acknowledged, as this host knows.
         */
        int ackedBytes(int port) {
            return plane.flows().stream()
                    .filter(each -> each.key().port() == port)
                    .mapToInt(each -> (int) each.clientAckedBytes())
                    .findFirst()
                    .orElseThrow();
        }
    }

    TwoHosts() {
        this(Family.IPV4);
    }

    TwoHosts(Family family) {
        this.family = family;
        current = serviceOf(family);
        a = new Host("a", family.at(2, 11));
        b = new Host("b", family.at(2, 12));
        try {
            build();
        } catch (RuntimeException | Error e) {
            try (WireWatch begun = wire) {
                takeDown();
            } catch (RuntimeException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private static InetSocketAddress serviceOf(Family family) {
        return new InetSocketAddress(family.at(2, 100), 8080);
    }

    /** Advertised address and port in the network that stands. */
    static InetSocketAddress service() {
        return current;
    }

    /** The client's in the network that stands. */
    static InetAddress clientAddress() {
        try {
            boolean six = current.getAddress() instanceof Inet6Address;
            return InetAddress.getByName((six ? Family.IPV6 : Family.IPV4).at(1, 10));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A Python program whose first three gaps are address, port and family of the service. */
    static String asServer(String program, Object... rest) {
        InetSocketAddress service = service();
        String address = service.getAddress().getHostAddress();
        List<Object> gaps = new ArrayList<>();
        gaps.addAll(List.of(address, service.getPort()));
        gaps.add(address.contains(":") ? "AF_INET6" : "AF_INET");
        gaps.addAll(List.of(rest));
        return program.formatted(gaps.toArray());
    }

    private String give(int subnet, int host, String device) {
        boolean six = family == Family.IPV6;
        return String.format(
                "ip addr add %s/%d dev %s %s",
                family.at(subnet, host), family.prefix, device, six ? "nodad" : "");
    }

    private void build() {
        for (Namespace one : new Namespace[] {client, router, a.namespace, b.namespace}) {
            one.sh("sysctl -qw net.ipv6.conf.default.accept_dad=0"); // it takes a second
        }
        router.sh("sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        router.sh("ip link add br0 type bridge && ip link set br0 up");
        router.sh(give(2, 1, "br0"));
        router.sh("ip link add to-client type veth peer name eth0 netns ck-client");
        router.sh(give(1, 1, "to-client") + " && ip link set to-client up");
        client.sh(give(1, 10, "eth0") + " && ip link set eth0 up");
        client.sh("ip route add default via " + family.at(1, 1));
        connect(a);
        connect(b);
        wire = new WireWatch(this);
        atBoth(Host::open);
        introduce(a, b);
        introduce(b, a);
        wire.begin();
    }

    private void connect(Host host) {
        Namespace there = host.namespace;
        router.sh("ip link add " + host.cable + " type veth peer name eth0 netns " + there.name());
        router.sh("ip link set " + host.cable + " master br0 up");
        there.sh(give(2, host == a ? 11 : 12, "eth0"));
        there.sh("ip link set eth0 up && ip route add default via " + family.at(2, 1));
        there.call(
                () -> {
                    AdvertisedAddress.add(service().getAddress(), "eth0");
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

    /** The primary's cable is pulled, and b goes on alone. */
    void failOver() {
        a.pullCable();
        b.plane.mode(DataPlane.Mode.SIMPLEX);
    }

    /** From now on the router sends what is for the client to an address that nobody has. */
    void loseToClient() {
        router.sh("ip neigh replace " + toClient() + " lladdr 02:00:00:00:00:99 nud permanent");
    }

    void findClient() {
        router.sh("ip neigh del " + toClient());
    }

    private String toClient() {
        return family.at(1, 10) + " dev to-client";
    }

    /**
     * From now on the router drops what is for the service. No neighbour that nobody is: the switch
     * would bring its packets to both hosts.
     */
    void loseToService() {
        router.sh("ip route add blackhole " + service().getAddress().getHostAddress());
    }

    void findService() {
        router.sh("ip route del blackhole " + service().getAddress().getHostAddress());
    }

    /** What a namespace's stack has counted since it was made; a name as nstat has it. */
    static long stackCounter(Namespace where, String name) {
        return where.sh("nstat -asz " + name)
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.split(" +", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    /** Fails if packets broke a rule, and takes everything down. */
    @Override
    public void close() {
        try (Everything all = this::takeDown;
                WireWatch watch = wire) {
            if (watch != null) {
                watch.judge();
            }
        }
    }

    private interface Everything extends AutoCloseable {
        @Override
        void close();
    }

    /** At once, one on each processor: verifying the programs is what takes time. */
    private void atBoth(Consumer<Host> task) {
        CompletableFuture<Void> other =
                Connections.later(
                        () -> {
                            task.accept(b);
                            return null;
                        });
        try {
            task.accept(a);
        } finally {
            other.join();
        }
    }

    private void takeDown() {
        try (router;
                client) {
            atBoth(Host::remove);
        }
        BpfFileSystem.unmount(bpffs);
        try {
            Files.deleteIfExists(bpffs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
