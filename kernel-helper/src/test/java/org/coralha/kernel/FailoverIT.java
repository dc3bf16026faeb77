package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.coralha.pair.FlowSnapshot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverIT {
    private static final int BODY_BYTES = 20_000_000;
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts();
    }

    @AfterEach
    void remove() {
        System.out.println("a " + used(hosts.a.plane));
        System.out.println("b " + used(hosts.b.plane));
        hosts.close();
    }

    private static String used(PinnedDataPlane plane) {
        StringBuilder text = new StringBuilder();
        plane.counters().forEach((k, v) -> { if (v != 0) text.append(k).append('=').append(v).append(' '); });
        return text.toString();
    }

    @Test
    void downloadGoesOnAtTheBackup() throws Exception {
        hosts.b.namespace.sh("sysctl -qw net.ipv4.tcp_timestamps=2");
        ServerSocket serverA = listen(hosts.a);
        ServerSocket serverB = listen(hosts.b);
        hosts.duplex();
        Socket client = hosts.client.call(() -> new Socket());
        hosts.client.call(() -> { client.connect(TwoHosts.SERVICE, 3000); return null; });
        client.getOutputStream().write("GET\n".getBytes());
        Socket atA = serverA.accept();
        Socket atB = serverB.accept();
        assertEquals("GET\n", new String(atA.getInputStream().readNBytes(4)));
        assertEquals("GET\n", new String(atB.getInputStream().readNBytes(4)));
        byte[] body = new byte[BODY_BYTES];
        new java.util.Random(1).nextBytes(body);
        CompletableFuture<byte[]> got = CompletableFuture.supplyAsync(() -> {
            try { return client.getInputStream().readNBytes(BODY_BYTES); } catch (IOException e) { throw new RuntimeException(e); }
        });
        Thread writer = new Thread(() -> {
            try {
                OutputStream out = atA.getOutputStream();
                for (int i = 0; i < BODY_BYTES; i += 50_000) { out.write(body, i, 50_000); Thread.sleep(1); }
            } catch (Exception e) { System.out.println("writer " + e); }
        });
        writer.setDaemon(true);
        writer.start();
        Thread.sleep(150);
        hosts.a.pullCable();
        long t0 = System.nanoTime();
        hosts.b.plane.mode(DataPlane.Mode.SIMPLEX);
        List<FlowSnapshot> flows = hosts.b.plane.flows();
        long t1 = System.nanoTime();
        System.out.println(flows + " in us " + (t1 - t0) / 1000);
        int acked = (int) flows.get(0).clientAckedBytes();
        assertTrue(acked > 100_000 && acked < BODY_BYTES, "acked " + acked);
        atB.getOutputStream().write(body, acked, BODY_BYTES - acked);
        assertArrayEquals(body, got.get(20, TimeUnit.SECONDS));
        client.getOutputStream().write("BYE\n".getBytes());
        assertEquals("BYE\n", new String(atB.getInputStream().readNBytes(4)));
    }

    private static ServerSocket listen(TwoHosts.Host host) {
        return host.namespace.call(() -> new ServerSocket(8080, 50, TwoHosts.SERVICE.getAddress()));
    }
}
