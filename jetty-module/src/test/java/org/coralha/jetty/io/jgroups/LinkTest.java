package org.coralha.jetty.io.jgroups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.io.tls.IdentityFile;
import org.coralha.jetty.io.tls.PairTls;
import org.coralha.jetty.io.tls.Rehearsal;
import org.coralha.jetty.io.tls.TestStore;
import org.coralha.jetty.port.ReplyLogLink;
import org.coralha.pair.HostId;
import org.coralha.pair.PairConfig;
import org.coralha.pair.PairConfigParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two links over real sockets, each with a key directory of its own. */
@Timeout(240)
class LinkTest {
    /** 100 of them were run by hand: {@code -Dreconnects=100}. */
    private static final int RECONNECTS = Integer.getInteger("reconnects", 3);

    private static int nextPort = 26000 + (int) (ProcessHandle.current().pid() % 500) * 10;

    @TempDir Path directory;

    private Side a;
    private Side b;

    /** One host's link and what it said. */
    private static final class Side implements ReplyLogLink.Listener {
        final JGroupsLink link;
        final BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
        private boolean reachable;
        private int losses;

        Side(PairConfig config, HostId host, Path keys) throws Exception {
            PairTls tls = new PairTls(IdentityFile.open(keys.resolve("log.p12")));
            link = new JGroupsLink(config, host, tls, Rehearsal.begin(tls));
            link.open(this);
        }

        @Override
        public void onFrame(byte[] frame, int offset, int length, boolean more) {
            frames.add(Arrays.copyOfRange(frame, offset, offset + length));
        }

        @Override
        public synchronized void onReachable(boolean now) {
            losses += now ? 0 : 1;
            reachable = now;
            notifyAll();
        }

        synchronized boolean await(boolean wanted, long limitMs) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
            while (reachable != wanted && System.nanoTime() < end) {
                wait(20);
            }
            return reachable == wanted;
        }

        synchronized int losses() {
            return losses;
        }
    }

    private static PairConfig config() throws Exception {
        Properties keys = new Properties();
        keys.putAll(
                java.util.Map.of(
                        "pair.name", "link" + nextPort,
                        "service.address", "127.0.0.3",
                        "service.port", "8080",
                        "host.a.address", "127.0.0.1",
                        "host.b.address", "127.0.0.2",
                        "outside.addresses", "192.0.2.4",
                        "log.port", Integer.toString(nextPort++)));
        return PairConfigParser.parse("test", keys);
    }

    private Path keys(HostId host, String... identities) throws Exception {
        Path keys = directory.resolve(host.key());
        TestStore.write(keys, identities);
        return keys;
    }

    @AfterEach
    void close() {
        if (a != null) {
            a.link.close();
        }
        if (b != null) {
            b.link.close();
        }
    }

    private static void carries(Side from, Side to) throws Exception {
        byte[] frame = new byte[65_609];
        Arrays.fill(frame, (byte) 7);
        for (int i = 0; i < 20; i++) {
            assertTrue(from.link.send(frame.clone(), frame.length));
        }
        for (int i = 0; i < 20; i++) {
            byte[] got = to.frames.poll(30, TimeUnit.SECONDS);
            assertTrue(Arrays.equals(frame, got), "frame " + i);
        }
    }

    @Test
    void hostsOfOnePairAreJoined() throws Exception {
        PairConfig config = config();
        a = new Side(config, HostId.A, keys(HostId.A, "one:1"));
        b = new Side(config, HostId.B, keys(HostId.B, "one:1", "two:2"));
        assertTrue(a.await(true, 60_000) && b.await(true, 60_000));
        carries(a, b);
        carries(b, a);
        assertEquals(0, a.link.garbageCount() + b.link.garbageCount());
        b.link.close();
        assertTrue(a.await(false, 30_000), "the end of the peer is noticed");
    }

    @Test
    void hostsWithOtherKeysAreNotJoinedUntilTheyHaveTheSame() throws Exception {
        PairConfig config = config();
        a = new Side(config, HostId.A, keys(HostId.A, "one:1"));
        b = new Side(config, HostId.B, keys(HostId.B, "two:1"));
        for (int i = 0; i < 3_000 && refusedAtOne(); i++) {
            Thread.sleep(10);
        }
        assertFalse(refusedAtOne(), "both count");
        assertTrue(a.await(false, 0) && b.await(false, 0));
        keys(HostId.B, "one:1");
        assertTrue(a.await(true, 60_000) && b.await(true, 60_000));
        carries(a, b);
    }

    private boolean refusedAtOne() {
        return a.link.garbageCount() == 0 || b.link.garbageCount() == 0;
    }

    @Test
    void reconnectsLeaveNothingBehind() throws Exception {
        PairConfig config = config();
        Path keysB = keys(HostId.B, "one:1");
        a = new Side(config, HostId.A, keys(HostId.A, "one:1"));
        long files = 0;
        long threads = 0;
        for (int i = 0; i <= RECONNECTS; i++) {
            b = new Side(config, HostId.B, keysB);
            assertTrue(a.await(true, 60_000) && b.await(true, 60_000), "round " + i);
            carries(a, b);
            b.link.close();
            assertTrue(a.await(false, 30_000), "round " + i);
            if (i == 0) {
                files = settledFiles(Long.MAX_VALUE);
                threads = own();
            }
        }
        long left = settledFiles(files);
        assertTrue(left <= files, files + " open files became " + left);
        assertTrue(own() <= threads, threads + " threads became " + own());
        assertEquals(RECONNECTS + 1, a.losses());
    }

    /** Sockets close and threads end a moment later. */
    private static long settledFiles(long wanted) throws InterruptedException {
        int quiet = 0;
        for (int i = 0; i < 500 && quiet < 50; i++) {
            Thread.sleep(10);
            quiet = openFiles() <= wanted ? quiet + 1 : 0;
        }
        return openFiles();
    }

    private static long openFiles() {
        return new File("/proc/self/fd").list().length;
    }

    private static long own() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().matches("coral-.*|TcpServer.*|Connection.Receiver.*"))
                .count();
    }
}
