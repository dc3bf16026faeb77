package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.Socket;
import org.coralha.kernel.jna.Namespace;
import org.coralha.kernel.jna.RawSocket;
import org.coralha.wire.WireRule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A test whose packets break a rule fails, unless it says so beforehand. Needs root. */
@SameWithAnyJava
@ParameterizedClass
@EnumSource(Family.class)
class WireWatchTest {
    @Parameter Family family;

    /** Later than packets overtake each other. */
    private static final int LATER_MS = 100;

    private TwoHosts hosts;
    private ServerSocket door;
    private Socket client;

    @BeforeEach
    void build() throws Exception {
        hosts = new TwoHosts(family);
        door = Connections.listen(hosts.a);
        hosts.a.plane.mode(DataPlane.Mode.SIMPLEX);
        client = Connections.connect(hosts.client, 0);
        Socket at = Connections.accept(door);
        Connections.send(at, "words");
        Connections.receive(client, 5);
    }

    @AfterEach
    void remove() throws Exception {
        try (TwoHosts network = hosts;
                ServerSocket opened = door) {
            hosts.wire.keepNothing();
            client.close();
        }
    }

    private void assertBroken(WireRule rule, String place) {
        AssertionError found = assertThrows(AssertionError.class, hosts.wire::judge);
        String all = found.getMessage();
        assertTrue(all.contains(rule.name()) && all.contains("at the " + place), all);
    }

    /** Sends what seems to come from the service. */
    private void forge(Namespace where, String device, byte[] to, int flags, byte[] payload) {
        byte[] service = TwoHosts.service().getAddress().getAddress();
        byte[] address = TwoHosts.clientAddress().getAddress();
        int port = client.getLocalPort();
        where.call(
                () -> {
                    HostInterface out = Interfaces.named(device);
                    byte[] frame =
                            Segment.of(flags, 1, 1, new byte[0], payload)
                                    .between(out.mac().bytes(), service, 8080, address, port)
                                    .frame();
                    System.arraycopy(to, 0, frame, 0, to.length);
                    try (RawSocket socket = RawSocket.frames(out.index(), device)) {
                        return socket.send(frame);
                    }
                });
    }

    private byte[] mac(Namespace where, String device) {
        return where.call(() -> Interfaces.named(device).mac().bytes());
    }

    private void forgeAtTheClient(int flags, byte[] payload) {
        forge(hosts.router, "to-client", mac(hosts.client, "eth0"), flags, payload);
    }

    @Test
    void whatBreaksNothingPasses() {
        assertDoesNotThrow(hosts.wire::judge);
    }

    @Test
    void resetIsFound() {
        forgeAtTheClient(Segment.RST, new byte[0]);
        assertBroken(WireRule.NO_RESET, "client");
    }

    @Test
    void resetOfAConnectionThatMayBeResetPasses() {
        hosts.wire.serviceResets(client.getLocalPort());
        forgeAtTheClient(Segment.RST, new byte[0]);
        assertDoesNotThrow(hosts.wire::judge);
    }

    @Test
    void endIsFound() {
        forgeAtTheClient(Segment.FIN | Segment.ACK, new byte[0]);
        assertBroken(WireRule.FIN_ONLY_IF_CAUSED, "client");
    }

    @Test
    void bytesFromNowhereAreFound() {
        forgeAtTheClient(Segment.ACK, new byte[10]);
        assertBroken(WireRule.SEQUENCE_WITHOUT_HOLES, "client");
    }

    @Test
    void onlyTheRuleThatATestBreaksPasses() {
        hosts.wire.breaks(WireRule.SEQUENCE_WITHOUT_HOLES, "the numbers are made up");
        forgeAtTheClient(Segment.RST, new byte[0]);
        assertBroken(WireRule.NO_RESET, "client");
    }

    /** The other host's data plane is gone: it speaks, falls silent, and speaks again. */
    @Test
    void secondHostIsFound() throws Exception {
        hosts.b.plane.close();
        hosts.b.namespace.call(
                () -> {
                    PinnedDataPlane.detach(hosts.b.spec());
                    return null;
                });
        hosts.wire.breaks(WireRule.SEQUENCE_WITHOUT_HOLES, "the numbers are made up");
        hosts.wire.breaks(WireRule.ONE_SENDER, "of the one connection there is");
        byte[] router = mac(hosts.router, "br0");
        forge(hosts.b.namespace, "eth0", router, Segment.ACK, new byte[1]);
        Thread.sleep(LATER_MS);
        Connections.send(client, "x");
        awaitAcknowledged();
        assertBroken(WireRule.ONE_SENDER_AT_A_TIME, "switch");
    }

    private void awaitAcknowledged() throws InterruptedException {
        String ask = "ss -Htn 'dport = :8080' | awk '{print $3}'";
        for (int i = 0; i < 500 && !hosts.client.sh(ask).equals("0"); i++) {
            Thread.sleep(10);
        }
    }
}
