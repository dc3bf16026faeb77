package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.coralha.kernel.DataPlane.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The pair while both hosts live, and its life cycle. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class DuplexTest {
    @Parameter Family family;

    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private String macOfService() {
        hosts.router.sh("ip neigh flush all; ping -c1 -W1 " + family.at(2, 100) + " || true");
        return neighbour();
    }

    private String neighbour() {
        return hosts.router.sh("ip neigh show " + family.at(2, 100));
    }

    private long counted(TwoHosts.Host host, String four, String six) {
        return host.plane.counters().get(family == Family.IPV4 ? four : six);
    }

    private String mac(TwoHosts.Host host) {
        return host.namespace.call(() -> Interfaces.carrying(host.address).mac().toString());
    }

    @Test
    void onlyTheOwnerAnswersForTheAddress() {
        hosts.wire.isSilent();
        assertFalse(macOfService().contains("lladdr"), "both fenced");
        hosts.a.plane.mode(Mode.SIMPLEX);
        assertTrue(macOfService().contains(mac(hosts.a)));
        hosts.b.plane.mode(Mode.BACKUP);
        hosts.a.plane.mode(Mode.PRIMARY);
        assertTrue(macOfService().contains(mac(hosts.b)));
        hosts.b.plane.mode(Mode.FENCED);
        hosts.a.plane.mode(Mode.SIMPLEX);
        assertTrue(macOfService().contains(mac(hosts.a)));
    }

    @Test
    void announcementMovesTheAddressAndOnlyOwnersMayAnnounce() {
        hosts.wire.isSilent();
        hosts.a.plane.mode(Mode.SIMPLEX);
        assertTrue(macOfService().contains(mac(hosts.a)));
        assertFalse(hosts.b.announce());
        assertTrue(neighbour().contains(mac(hosts.a)));
        assertEquals(
                family == Family.IPV4 ? 2 : 1,
                counted(hosts.b, "arp_reply_suppressed", "nd_advertisement_suppressed"));
        hosts.b.plane.mode(Mode.BACKUP);
        assertTrue(hosts.b.announce());
        assertTrue(neighbour().contains(mac(hosts.b)));
    }

    @Test
    void primaryDoesNotPoisonTheRouterByItsOwnRequests() throws Exception {
        hosts.wire.isSilent();
        hosts.duplex();
        macOfService();
        hosts.a.namespace.sh("echo 0 > /proc/sys/net/ipv4/conf/eth0/arp_announce");
        hosts.a.namespace.sh(
                String.format(
                        "ip neigh flush all; ping -c1 -W1 -I %s %s || true",
                        family.at(2, 100), family.at(2, 1)));
        assertTrue(counted(hosts.a, "arp_sender_replaced", "nd_source_replaced") > 0);
        assertTrue(neighbour().contains(mac(hosts.b)));
    }

    @Test
    void flowsOfBeforeDuplexStayAtThePrimary() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        hosts.a.plane.mode(Mode.SIMPLEX);
        Socket client = Connections.connect(hosts.client, 0);
        Socket atA = Connections.accept(serverA);
        hosts.duplex();
        Connections.send(client, "to a");
        assertEquals("to a", Connections.receive(atA, 4));
        Connections.send(atA, "from a");
        assertEquals("from a", Connections.receive(client, 6));
        assertEquals(List.of(), hosts.b.plane.flows());
        assertTrue(hosts.b.plane.counters().get("forwarded_only") > 0);
    }

    @Test
    void clientsWhoseRouterStillSendsToThePrimaryAreDetoured() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.a.plane.mode(Mode.SIMPLEX);
        macOfService();
        hosts.b.plane.mode(Mode.BACKUP);
        hosts.a.plane.mode(Mode.PRIMARY);
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "twice");
        assertEquals("twice", Connections.receive(Connections.accept(serverA), 5));
        assertEquals("twice", Connections.receive(Connections.accept(serverB), 5));
        assertTrue(hosts.a.plane.counters().get("detoured") >= 3);
        assertEquals(1, hosts.b.plane.flows().size());
    }

    @Test
    void clientUsesItsPortAgainAtOnce() throws Exception {
        hosts.wire.serviceEnds(45_000);
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        for (int i = 0; i < 3; i++) {
            Socket client = Connections.connect(hosts.client, 45_000);
            Connections.send(client, "n" + i);
            Socket atA = Connections.accept(serverA);
            assertEquals("n" + i, Connections.receive(atA, 2));
            assertEquals("n" + i, Connections.receive(Connections.accept(serverB), 2));
            // The primary closes first, so the client's port is free when the client has closed.
            atA.close();
            client.close();
            Thread.sleep(50);
        }
        assertEquals(2, hosts.b.plane.counters().get("flow_restarted"));
        assertEquals(1, hosts.b.plane.flows().size());
    }

    @Test
    void abortOfTheStandbyConnectionReachesNobody() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "x");
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        assertEquals("x", Connections.receive(atA, 1));
        assertEquals("x", Connections.receive(atB, 1));
        atB.setSoLinger(true, 0);
        atB.close();
        assertEquals(List.of(), hosts.b.plane.flows());
        Connections.send(client, "y");
        assertEquals("y", Connections.receive(atA, 1));
        Connections.send(atA, "z");
        assertEquals("z", Connections.receive(client, 1));
    }

    @Test
    void endOfAConnectionThatWasOverIsAcknowledgedAfterThePromotion() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Socket atA = Connections.accept(serverA);
        Socket atB = Connections.accept(serverB);
        atB.setSoLinger(true, 0);
        atB.close();
        hosts.a.plane.mode(Mode.FENCED);
        hosts.b.plane.mode(Mode.SIMPLEX);
        try (atA;
                Capture resets = new Capture(hosts.client, Capture.withFlags(Segment.RST))) {
            client.close();
            hosts.b.awaitCount("fin_concluded");
            // Acknowledged, or the client would send its FIN again within 200 ms or so.
            Thread.sleep(700);
            assertEquals(1, hosts.b.plane.counters().get("fin_concluded"));
            assertEquals(List.of(), resets.lines());
        }
    }

    @Test
    void replicaThatIsGivenUpDuringTheSwitchSaysNothing() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        hosts.wire.serviceEnds(client.getLocalPort());
        Connections.accept(serverA).close();
        Socket atB = Connections.accept(serverB);
        client.close();
        assertEquals(-1, atB.getInputStream().read());
        try (Capture resets = new Capture(hosts.client, Capture.withFlags(Segment.RST))) {
            hosts.a.plane.mode(Mode.FENCED);
            hosts.b.plane.mode(Mode.SIMPLEX);
            atB.setSoLinger(true, 0);
            atB.close();
            hosts.b.awaitCount("flow_reset_by_own");
            Thread.sleep(100);
            assertEquals(1, hosts.b.plane.counters().get("flow_reset_by_own"));
            assertEquals(List.of(), resets.lines());
        }
    }

    @Test
    void socketsOfADeadServerGoWithTheFlows() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        hosts.a.plane.mode(Mode.SIMPLEX);
        Socket client = Connections.connect(hosts.client, 0);
        Socket atA = Connections.accept(serverA);
        Connections.send(client, "x");
        assertEquals("x", Connections.receive(atA, 1));
        hosts.a.plane.mode(Mode.FENCED);
        hosts.a.namespace.call(
                () -> {
                    hosts.a.plane.clearFlows();
                    return null;
                });
        assertThrows(IOException.class, () -> Connections.receive(atA, 1));
        hosts.a.plane.mode(Mode.SIMPLEX);
        Socket second = Connections.connect(hosts.client, 0);
        Connections.accept(serverA);
        Connections.send(second, "listeners stay");
    }

    @Test
    void exitOfAProcessIsACrashAndExitOfAThreadIsNot() throws Exception {
        Process primary = EchoProcess.start(hosts.a.namespace);
        hosts.a.plane.watch(primary.pid());
        assertEquals(List.of(primary.pid()), hosts.a.plane.watched());
        hosts.a.plane.mode(Mode.SIMPLEX);
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "thread\n");
        assertEquals("A:thread\n", Connections.receive(client, 9));
        assertNull(hosts.a.crashes.poll(100, TimeUnit.MILLISECONDS));
        assertEquals(Mode.SIMPLEX, hosts.a.plane.mode());
        try (Capture ends =
                new Capture(hosts.client, Capture.withFlags(Segment.FIN | Segment.RST))) {
            Connections.send(client, "exit\n");
            assertEquals(primary.pid(), hosts.a.crashes.poll(2, TimeUnit.SECONDS));
            Thread.sleep(300);
            assertEquals(List.of(), ends.lines());
        }
        assertEquals(Mode.FENCED, hosts.a.plane.mode());
        assertEquals(List.of(), hosts.a.plane.watched());
        hosts.a.plane.clearFlows();
        hosts.a.plane.mode(Mode.SIMPLEX);
        assertEquals(Mode.SIMPLEX, hosts.a.plane.mode());
    }

    @Test
    void announcedEndIsNoCrashAndLateWatchIsOne() throws Exception {
        hosts.wire.isSilent();
        Process expected = EchoProcess.start(hosts.a.namespace);
        hosts.a.plane.mode(Mode.SIMPLEX);
        hosts.a.plane.watch(expected.pid());
        hosts.a.plane.unwatch(expected.pid());
        expected.destroyForcibly().waitFor();
        assertNull(hosts.a.crashes.poll(100, TimeUnit.MILLISECONDS));
        assertEquals(Mode.SIMPLEX, hosts.a.plane.mode());
        hosts.a.plane.watch(expected.pid());
        assertEquals(expected.pid(), hosts.a.crashes.poll());
        assertEquals(Mode.FENCED, hosts.a.plane.mode());
    }

    @Test
    void pinsOutliveTheirLoaderAndDetachRemovesEverything() throws Exception {
        ServerSocket serverA = Connections.listen(hosts.a);
        ServerSocket serverB = Connections.listen(hosts.b);
        hosts.duplex();
        Socket client = Connections.connect(hosts.client, 0);
        Connections.send(client, "x");
        Connections.accept(serverA);
        Connections.receive(Connections.accept(serverB), 1);
        hosts.b.plane.close();
        Connections.send(client, "y");
        hosts.b.open();
        assertEquals(Mode.BACKUP, hosts.b.plane.mode());
        assertEquals(1, hosts.b.plane.flows().size());
        hosts.b.plane.close();
        hosts.b.namespace.call(
                () -> {
                    PinnedDataPlane.detach(hosts.b.spec());
                    PinnedDataPlane.detach(hosts.b.spec());
                    return null;
                });
        assertFalse(hosts.b.namespace.sh("tc qdisc show dev eth0").contains("clsact"));
        assertFalse(Files.exists(hosts.b.spec().pinDirectory()));
        hosts.b.open();
        assertEquals(Mode.FENCED, hosts.b.plane.mode());
    }

    @Test
    void programOfOthersInTheWayIsNamedAndLeftAlone() {
        hosts.wire.isSilent();
        hosts.b.plane.close();
        hosts.b.namespace.call(
                () -> {
                    PinnedDataPlane.detach(hosts.b.spec());
                    return null;
                });
        hosts.b.namespace.sh("tc qdisc add dev eth0 clsact");
        hosts.b.namespace.sh("tc filter add dev eth0 egress pref 1 bpf bytecode '1,6 0 0 0,'");
        KernelException refused = assertThrows(KernelException.class, () -> hosts.b.open());
        assertTrue(refused.getMessage().contains("egress of eth0"), refused.getMessage());
        assertFalse(Files.exists(hosts.b.spec().pinDirectory()));
        hosts.b.namespace.sh("tc filter del dev eth0 egress pref 1");
        hosts.b.namespace.sh("tc filter add dev eth0 egress pref 9 bpf bytecode '1,6 0 0 0,'");
        hosts.b.open();
        hosts.b.namespace.call(
                () -> {
                    PinnedDataPlane.detach(hosts.b.spec());
                    return null;
                });
        assertTrue(hosts.b.namespace.sh("tc filter show dev eth0 egress").contains("pref 9"));
    }

    @Test
    void closedPlaneRefusesInsteadOfTouchingForeignDescriptors() {
        hosts.wire.isSilent();
        hosts.b.plane.close();
        assertThrows(IllegalStateException.class, () -> hosts.b.plane.mode());
    }

    @Test
    void probeBelievesOnlyTrueAnswers() throws Exception {
        hosts.wire.isSilent();
        InetAddress router = InetAddress.getByName(family.at(1, 1));
        InetAddress nobody = InetAddress.getByName(family.at(1, 77));
        Optional<InetAddress> answer =
                hosts.a.namespace.call(
                        () ->
                                new OutsideProbe(hosts.a.address)
                                        .firstAnswer(List.of(nobody, router), 2000));
        assertEquals(Optional.of(router), answer);
        long startNs = System.nanoTime();
        assertEquals(
                Optional.empty(),
                hosts.a.namespace.call(
                        () -> new OutsideProbe(hosts.a.address).firstAnswer(List.of(nobody), 200)));
        assertTrue(System.nanoTime() - startNs < 1_000_000_000L);
        hosts.a.plane.mode(Mode.SIMPLEX);
        InetAddress service = TwoHosts.service().getAddress();
        assertEquals(
                Optional.of(router),
                hosts.a.namespace.call(
                        () -> new OutsideProbe(service).firstAnswer(List.of(router), 2000)));
    }

    @Test
    void carrierAndAddressesAreSeen() throws Exception {
        hosts.wire.isSilent();
        TwoHosts.Host a = hosts.a;
        assertTrue(a.namespace.call(() -> Interfaces.hasCarrier("eth0")));
        a.pullCable();
        assertFalse(a.namespace.call(() -> Interfaces.hasCarrier("eth0")));
        assertFalse(a.namespace.call(() -> Interfaces.hasCarrier("eth9")));
        HostInterface port = a.namespace.call(() -> Interfaces.carrying(a.address));
        assertEquals("eth0", port.name());
        InetAddress gone = InetAddress.getByName(family.at(2, 99));
        assertEquals(
                Optional.empty(),
                hosts.b.namespace.call(() -> Interfaces.resolve(gone, port, 100)));
        a.namespace.call(
                () -> {
                    AdvertisedAddress.add(TwoHosts.service().getAddress(), "eth0");
                    AdvertisedAddress.remove(TwoHosts.service().getAddress(), "eth0");
                    AdvertisedAddress.remove(TwoHosts.service().getAddress(), "eth0");
                    return null;
                });
        assertFalse(a.namespace.sh("ip addr").contains(family.at(2, 100)));
    }
}
