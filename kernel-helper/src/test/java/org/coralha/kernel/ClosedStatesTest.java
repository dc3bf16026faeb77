package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.util.List;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A failover while one side is in TIME_WAIT and the other has not heard that its end was taken:
 * whoever serves then says so, and the port is free for a new connection. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class ClosedStatesTest {
    @Parameter Family family;

    private static final String OF_SERVICE = "sport = :8080";
    private static final String OF_CLIENT = "dport = :8080";
    private static final String RESETS = Capture.ofService(Segment.RST);
    private TwoHosts hosts;
    private Trio.Doors doors;
    private Trio flow;

    @BeforeEach
    void build() throws IOException {
        hosts = new TwoHosts(family);
        doors = Trio.doors(hosts);
        flow = Trio.connect(hosts, doors);
        flow.speak("words");
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private static void awaitSockets(Namespace where, String filter, boolean some)
            throws InterruptedException {
        String ask = "ss -Htan " + filter;
        String found = where.sh(ask);
        for (int i = 0; i < 1_000 && found.isBlank() == some; i++) {
            Thread.sleep(10);
            found = where.sh(ask);
        }
        assertEquals(some, !found.isBlank(), filter + ": " + found);
    }

    private static void awaitTimeWait(Namespace where, String filter) throws Exception {
        awaitSockets(where, "state time-wait " + filter, true);
    }

    private void awaitTheClientsEnd() throws InterruptedException {
        awaitSockets(hosts.client, "exclude closed exclude time-wait " + OF_CLIENT, false);
    }

    /** As the standby does when both sides are closed: it has nothing to say any more. */
    private void giveUpTheReplica() throws IOException {
        assertEquals(-1, flow.atB().getInputStream().read());
        flow.atB().setSoLinger(true, 0);
        flow.atB().close();
    }

    /** The service has closed first; the primary's last acknowledgement is lost, and so is it. */
    private void primaryWaitsAndTheClientDoesNotKnow() throws Exception {
        hosts.wire.serviceEnds(flow.port());
        flow.atA().close();
        assertEquals(-1, flow.client().getInputStream().read());
        hosts.loseToClient();
        flow.client().close();
        awaitTimeWait(hosts.a.namespace, OF_SERVICE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void survivorSpeaksForAPrimaryThatWasInTimeWait(boolean givenUp) throws Exception {
        primaryWaitsAndTheClientDoesNotKnow();
        if (givenUp) {
            giveUpTheReplica();
        }
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.failOver();
            hosts.findClient();
            awaitTheClientsEnd();
            assertEquals(givenUp ? 1 : 0, hosts.b.plane.counters().get("fin_concluded"));
            if (!givenUp) {
                flow.atB().close();
                awaitSockets(hosts.b.namespace, "exclude listening " + OF_SERVICE, false);
            }
            speakAgainWithB();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** The other host dies: the one that has the connection in TIME_WAIT answers itself. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void primaryInTimeWaitGoesOnAlone(boolean givenUp) throws Exception {
        primaryWaitsAndTheClientDoesNotKnow();
        if (givenUp) {
            giveUpTheReplica();
        }
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.b.pullCable();
            hosts.a.plane.mode(DataPlane.Mode.SIMPLEX);
            hosts.a.announce();
            hosts.findClient();
            awaitTheClientsEnd();
            awaitTimeWait(hosts.a.namespace, OF_SERVICE);
            Socket again = connectAgain();
            Socket atA = Connections.accept(doors.atA());
            Connections.send(again, "anew");
            assertEquals("anew", Connections.receive(atA, 4));
            assertEquals(List.of(), resets.lines());
        }
    }

    /** The client has closed first; its last acknowledgement and then the primary are lost. */
    @Test
    void survivorSaysTheEndAgainToAClientInTimeWait() throws Exception {
        hosts.client.sh("sysctl -qw net.ipv4.tcp_tw_reuse=1");
        flow.client().close();
        assertEquals(-1, flow.atA().getInputStream().read());
        assertEquals(-1, flow.atB().getInputStream().read());
        hosts.loseToService();
        flow.atA().close();
        awaitTimeWait(hosts.client, OF_CLIENT);
        awaitSockets(hosts.a.namespace, "state last-ack " + OF_SERVICE, true);
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.failOver();
            hosts.findService();
            flow.atB().close();
            awaitSockets(hosts.b.namespace, "exclude listening " + OF_SERVICE, false);
            awaitTimeWait(hosts.client, OF_CLIENT);
            speakAgainWithB();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** The client has closed first and knows everything; the survivor has its replica still. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientInTimeWaitComesAgainToTheSurvivor(boolean givenUp) throws Exception {
        hosts.client.sh("sysctl -qw net.ipv4.tcp_tw_reuse=1");
        flow.client().close();
        assertEquals(-1, flow.atA().getInputStream().read());
        flow.atA().close();
        awaitTimeWait(hosts.client, OF_CLIENT);
        awaitSockets(hosts.a.namespace, "exclude listening " + OF_SERVICE, false);
        if (givenUp) {
            giveUpTheReplica();
        }
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.failOver();
            speakAgainWithB();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** A promoted connection that the survivor closes first: its TIME_WAIT speaks translated. */
    @Test
    void survivorInTimeWaitAnswersInTheClientsNumbers() throws Exception {
        hosts.failOver();
        flow.speakWithB("promoted");
        hosts.wire.serviceEnds(flow.port());
        flow.atB().close();
        assertEquals(-1, flow.client().getInputStream().read());
        hosts.loseToClient();
        flow.client().close();
        awaitTimeWait(hosts.b.namespace, OF_SERVICE);
        try (Capture resets = new Capture(hosts.client, RESETS)) {
            hosts.findClient();
            awaitTheClientsEnd();
            awaitTimeWait(hosts.b.namespace, OF_SERVICE);
            speakAgainWithB();
            assertEquals(List.of(), resets.lines());
        }
    }

    /** In duplex: the new connection of the port is replicated like every other. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newConnectionOfAPortInTimeWaitIsProtected(boolean givenUp) throws Exception {
        hosts.wire.serviceEnds(flow.port());
        flow.atA().close();
        assertEquals(-1, flow.client().getInputStream().read());
        flow.client().close();
        awaitTimeWait(hosts.a.namespace, OF_SERVICE);
        if (givenUp) {
            giveUpTheReplica();
        }
        Trio again = Trio.accepted(connectAgain(), doors);
        again.speak("anew");
        hosts.failOver();
        again.speakWithB("and promoted");
    }

    private void speakAgainWithB() throws Exception {
        Socket again = connectAgain();
        Trio anew = new Trio(again, null, Connections.accept(doors.atB()));
        anew.speakWithB("anew");
        assertTrue(hosts.b.plane.counters().get("local_noted") > 0);
    }

    /** From the same port, as soon as the client's own stack lets it. */
    private Socket connectAgain() throws Exception {
        int port = flow.port();
        Socket again = null;
        for (int i = 0; i < 500 && again == null; i++) {
            try {
                again = Connections.connect(hosts.client, port);
            } catch (IllegalStateException e) {
                boolean busy =
                        e.getCause() instanceof BindException
                                || e.getCause() instanceof NoRouteToHostException
                                || e.getCause() instanceof ConnectException;
                assertTrue(busy, () -> "port " + port + ": " + e.getCause());
                Thread.sleep(10);
            }
        }
        assertNotNull(again, "port " + port + " stays in use");
        return again;
    }
}
