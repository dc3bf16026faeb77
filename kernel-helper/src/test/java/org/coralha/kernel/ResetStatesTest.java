package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.stream.Stream;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reset by either side in every state that a connection can be in with both ends open: it ends
 * the connection at both hosts and for the client, and the port is free. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class ResetStatesTest {
    @Parameter Family family;

    private TwoHosts hosts;
    private Trio.Doors doors;
    private Trio flow;

    @BeforeEach
    void build() throws IOException {
        hosts = new TwoHosts(family);
        doors = Trio.doors(hosts);
        flow = Trio.connect(hosts, doors);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private enum State {
        SHAKEN_HANDS,
        OPEN,
        CLIENT_HAS_CLOSED,
        SERVICE_HAS_CLOSED
    }

    private static Stream<Arguments> cases() {
        return Stream.of(State.values())
                .flatMap(
                        state ->
                                Stream.of(true, false)
                                        .flatMap(
                                                byClient ->
                                                        Stream.of(true, false)
                                                                .map(
                                                                        late ->
                                                                                Arguments.of(
                                                                                        state,
                                                                                        byClient,
                                                                                        late))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsTheConnection(State state, boolean byClient, boolean promoted) throws Exception {
        if (state != State.SHAKEN_HANDS) {
            flow.speak("words");
        }
        if (promoted) {
            hosts.failOver();
        }
        if (promoted && !byClient) {
            flow.speakWithB("what a silent survivor resets counts as over");
        }
        Socket service = promoted ? flow.atB() : flow.atA();
        bring(state, service);
        if (byClient) {
            reset(flow.client());
        } else {
            hosts.wire.serviceResets(flow.port());
            reset(service);
            assertTrue(clientIsTold(), "the client hears nothing");
            if (!promoted) {
                reset(flow.atB());
            }
        }
        assertNothingIsLeft(hosts.b.namespace);
        if (!promoted) {
            assertNothingIsLeft(hosts.a.namespace);
        }
        comeAgain(promoted);
    }

    /**
     * A client that asks for a connection and resets it when it is answered, as a stack does of
     * which no socket has asked: nothing stays of it at either host.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsAHandshake(boolean promoted) throws Exception {
        if (promoted) {
            hosts.failOver();
        }
        reset(flow.client());
        assertNothingIsLeft(hosts.b.namespace);
        Namespace serves = (promoted ? hosts.b : hosts.a).namespace;
        long before = halfOpenResets(serves);
        byte[] none = {};
        try (ClientCable cable = new ClientCable(hosts)) {
            cable.send(flow.port(), Segment.of(Segment.SYN, 0x7fff_fff0L, 0, none, none));
            for (int i = 0; i < 500 && halfOpenResets(serves) == before; i++) {
                Thread.sleep(10);
            }
        }
        assertTrue(halfOpenResets(serves) > before, "no handshake was reset");
        assertNothingIsLeft(hosts.b.namespace);
        if (!promoted) {
            assertNothingIsLeft(hosts.a.namespace);
        }
        comeAgain(promoted);
    }

    /** Handshakes, and connections with all else that fails, that were ended by a reset. */
    private static long halfOpenResets(Namespace where) {
        return TwoHosts.stackCounter(where, "TcpAttemptFails");
    }

    private boolean clientIsTold() throws IOException, InterruptedException {
        try {
            if (flow.client().getInputStream().read() != -1) {
                return false;
            }
            for (int i = 0; i < 500; i++) {
                flow.client().getOutputStream().write(1);
                Thread.sleep(10);
            }
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private void bring(State state, Socket service) throws IOException {
        if (state == State.CLIENT_HAS_CLOSED) {
            flow.client().shutdownOutput();
            assertEquals(-1, service.getInputStream().read());
            assertEquals(-1, flow.atB().getInputStream().read());
        }
        if (state == State.SERVICE_HAS_CLOSED) {
            hosts.wire.serviceEnds(flow.port());
            service.shutdownOutput();
            assertEquals(-1, flow.client().getInputStream().read());
        }
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertNothingIsLeft(Namespace where) throws InterruptedException {
        String ask = "ss -Htan exclude listening sport = :8080";
        String left = where.sh(ask);
        for (int i = 0; i < 500 && !left.isBlank(); i++) {
            Thread.sleep(10);
            left = where.sh(ask);
        }
        assertEquals("", left);
    }

    private void comeAgain(boolean promoted) throws IOException {
        int port = flow.port();
        flow.client().close();
        Socket again = Connections.connect(hosts.client, port);
        if (promoted) {
            new Trio(again, null, Connections.accept(doors.atB())).speakWithB("anew");
        } else {
            Trio anew = Trio.accepted(again, doors);
            anew.speak("anew");
            assertTrue(hosts.b.plane.flows().size() == 1);
        }
    }
}
