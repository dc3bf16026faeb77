package org.coralha.heartbeat.io;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.coralha.heartbeat.format.Fingerprint;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.kernel.MacAddress;
import org.coralha.pair.ConfigException;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.coralha.pair.keys.KeyRing;

/** A daemon without a kernel on the loopback interface: real sockets, files and threads. */
final class TestNode implements AutoCloseable {
    static final KeyRing KEYS = KeyRing.of(new byte[32]);

    final MemoryPlane plane = new MemoryPlane();
    final AtomicInteger announced = new AtomicInteger();
    final AtomicInteger clockReads = new AtomicInteger();
    final CopyOnWriteArrayList<String> trouble = new CopyOnWriteArrayList<>();
    final PairConfig config;
    final Path runDir;
    final Path keyFile;
    final NodeSpec spec;
    final Node node;
    volatile boolean outside = true;
    volatile boolean carrier = true;
    volatile HostTraits traits = HostTraits.of("1.2.3", Map.of());
    volatile boolean ended;

    TestNode(HostId self, Properties properties, Path directory)
            throws IOException, ConfigException {
        config = PairConfigParser.parse("test", properties);
        runDir = Files.createDirectories(directory.resolve("run-" + self.key()));
        keyFile = directory.resolve("keys-" + self.key());
        write(keyFile, KEYS);
        Object userId = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        spec =
                new NodeSpec(
                        config,
                        Fingerprint.of(properties),
                        () -> traits,
                        self,
                        keyFile,
                        keyFile,
                        directory.resolve("state-" + self.key()),
                        runDir,
                        ((Integer) userId).longValue(),
                        null,
                        () -> plane,
                        () -> {
                            clockReads.incrementAndGet();
                            return plane.leaseClockNs();
                        },
                        MacAddress.of(new byte[] {2, 0, 0, 0, 0, (byte) self.ordinal()}),
                        () -> carrier,
                        timeoutMs -> outside,
                        wire(),
                        () -> trouble.add("address left"),
                        (what, cause) -> trouble.add("fatal: " + what + " " + cause),
                        trouble::add,
                        () -> ended = true);
        node = new Node(spec);
    }

    /** As coralctl keys does: whole and private from the start. */
    static void write(Path file, KeyRing ring) throws IOException {
        Path fresh = file.resolveSibling("fresh");
        Files.writeString(fresh, "");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(fresh, ring.text("test"));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private AddressAnnouncer.Wire wire() {
        return new AddressAnnouncer.Wire() {
            @Override
            public void announce() {
                announced.incrementAndGet();
            }

            @Override
            public boolean answered(int timeoutMs) {
                return outside;
            }
        };
    }

    static Properties properties() throws SocketException {
        Properties properties = new Properties();
        properties.setProperty("pair.name", "test");
        properties.setProperty("service.address", "127.0.0.9");
        properties.setProperty("service.port", "8080");
        properties.setProperty("host.a.address", "127.0.0.2");
        properties.setProperty("host.b.address", "127.0.0.3");
        properties.setProperty("outside.addresses", "192.0.2.4");
        properties.setProperty("jetty.user", System.getProperty("user.name"));
        properties.setProperty("jetty.pulse.limit.ms", "60000");
        // Slow machines run the tests too: nothing here measures the detection.
        properties.setProperty("heartbeat.period.ms", "50");
        properties.setProperty("heartbeat.limit", "20");
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            properties.setProperty("heartbeat.port", Integer.toString(free.getLocalPort()));
        }
        return properties;
    }

    Path socket() {
        return runDir.resolve("daemon.sock");
    }

    Map<String, Object> status() throws IOException {
        return JsonReader.object(ControlClient.ask(runDir.resolve("control.sock"), "status"));
    }

    /** What {@code coralctl} would be answered. */
    Map<String, Object> order(String words) throws IOException {
        return JsonReader.object(ControlClient.ask(runDir.resolve("control.sock"), words));
    }

    void await(String what, Predicate<Map<String, Object>> condition)
            throws IOException, InterruptedException {
        long endNs = System.nanoTime() + 10_000_000_000L;
        while (!condition.test(status())) {
            if (System.nanoTime() > endNs) {
                throw new AssertionError("no " + what + ": " + status() + trouble);
            }
            Thread.sleep(5);
        }
    }

    void awaitState(String state) throws IOException, InterruptedException {
        await(state, status -> state.equals(status.get("state")));
    }

    @Override
    public void close() throws IOException {
        node.close();
    }
}
