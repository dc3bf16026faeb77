package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A real stack without a lease: silent, and what a short lapse costs its clients. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class LeaseTest {
    @Parameter Family family;

    private static final int LAPSE_MS = 15;
    private static final int LAPSES = 10;
    private TwoHosts hosts;
    private ServerSocket server;
    private Socket client;
    private Socket at;

    @BeforeEach
    void connect() throws Exception {
        hosts = new TwoHosts(family);
        hosts.a.plane.mode(DataPlane.Mode.SIMPLEX);
        server = Connections.listen(hosts.a);
        client = Connections.connect(hosts.client, 0);
        at = Connections.accept(server);
        Connections.send(at, "warm");
        Connections.receive(client, 4);
    }

    @AfterEach
    void close() throws Exception {
        try (TwoHosts network = hosts;
                ServerSocket listening = server;
                Socket accepted = at) {
            client.close();
        }
    }

    private void lapse() throws InterruptedException {
        hosts.a.plane.lease(hosts.a.plane.leaseClockNs());
        Thread.sleep(LAPSE_MS);
        renew();
    }

    private void renew() {
        hosts.a.plane.lease(DataPlane.UNLIMITED);
    }

    @Test
    void nothingLeavesUntilTheRenewal() throws Exception {
        try (Capture capture = new Capture(hosts.client, "tcp and src host " + family.at(2, 100))) {
            hosts.a.plane.lease(hosts.a.plane.leaseClockNs());
            hosts.wire.serviceEnds(client.getLocalPort());
            Connections.send(at, "reply");
            Thread.sleep(700);
            at.close();
            Thread.sleep(300);
            assertEquals(List.of(), capture.lines());
            assertTrue(hosts.a.plane.counters().get("lease_over") >= 3, "data, repeated, and FIN");
            renew();
            assertEquals("reply", Connections.receive(client, 5));
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void smallReplyInALapseWaitsForARetransmission() throws Exception {
        List<Long> waitsMs = new ArrayList<>();
        for (int i = 0; i < LAPSES; i++) {
            hosts.a.plane.lease(hosts.a.plane.leaseClockNs());
            long startNs = System.nanoTime();
            Connections.send(at, "reply");
            Thread.sleep(LAPSE_MS);
            renew();
            assertEquals("reply", Connections.receive(client, 5));
            waitsMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
        }
        Collections.sort(waitsMs);
        System.out.println("replies in a lapse of " + LAPSE_MS + " ms waited " + waitsMs + " ms");
        assertTrue(waitsMs.get(LAPSES / 2) < 300, "median of " + waitsMs);
    }

    @Test
    void streamGoesOnAfterLapses() throws Exception {
        byte[] body = Connections.body(30_000_000, 7);
        CompletableFuture<byte[]> received = Connections.receiveLater(client, body.length);
        long startNs = System.nanoTime();
        Connections.sendSlowly(at, body);
        for (int i = 0; i < LAPSES && !received.isDone(); i++) {
            Thread.sleep(50);
            lapse();
        }
        assertArrayEquals(body, received.get(20, TimeUnit.SECONDS));
        System.out.printf(
                "30 MB with lapses of %d ms took %d ms, %d packets kept in%n",
                LAPSE_MS,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs),
                hosts.a.plane.counters().get("lease_over"));
        assertTrue(hosts.a.plane.counters().get("lease_over") > 0);
    }
}
