package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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

/**
 * Every state in which primary and client can be while a connection ends, looked up at both stacks,
 * and then a failover or a reset. Those of TIME_WAIT are in {@link ClosedStatesTest}. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class ClosingStatesTest {
    @Parameter Family family;

    private static final String WORDS = "words";
    private static final String REPLY = "the last reply";
    private static final int LIMIT_SECONDS = 20;
    private static final String OF_SERVICE = "sport = :8080";
    private static final String OF_CLIENT = "dport = :8080";
    private TwoHosts hosts;
    private Trio.Doors doors;
    private Trio flow;

    @BeforeEach
    void build() throws IOException {
        hosts = new TwoHosts(family);
        doors = Trio.doors(hosts);
        flow = Trio.connect(hosts, doors);
        flow.speak(WORDS);
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    /** A step towards a state; what a router loses it loses from then on. */
    private enum Step {
        LOSE_TO_CLIENT,
        LOSE_TO_SERVICE,
        CLIENT_ENDS,
        PRIMARY_ENDS
    }

    /** Who is in which state, as {@code ss} calls it, and how to get there. */
    private enum Stage {
        END_OF_THE_PRIMARY_LOST("FIN-WAIT-1", "ESTAB", Step.LOSE_TO_CLIENT, Step.PRIMARY_ENDS),
        ITS_ACKNOWLEDGEMENT_LOST(
                "FIN-WAIT-1", "CLOSE-WAIT", Step.LOSE_TO_SERVICE, Step.PRIMARY_ENDS),
        PRIMARY_HAS_ENDED("FIN-WAIT-2", "CLOSE-WAIT", Step.PRIMARY_ENDS),
        THEN_END_OF_THE_CLIENT_LOST(
                "FIN-WAIT-2",
                "LAST-ACK",
                Step.PRIMARY_ENDS,
                Step.LOSE_TO_SERVICE,
                Step.CLIENT_ENDS),
        BOTH_ENDS_LOST(
                "FIN-WAIT-1",
                "FIN-WAIT-1",
                Step.LOSE_TO_SERVICE,
                Step.LOSE_TO_CLIENT,
                Step.CLIENT_ENDS,
                Step.PRIMARY_ENDS),
        AT_ONCE_AND_THE_CLIENT_HEARS(
                "FIN-WAIT-1", "CLOSING", Step.LOSE_TO_SERVICE, Step.CLIENT_ENDS, Step.PRIMARY_ENDS),
        AT_ONCE_AND_THE_PRIMARY_HEARS(
                "CLOSING", "FIN-WAIT-1", Step.LOSE_TO_CLIENT, Step.PRIMARY_ENDS, Step.CLIENT_ENDS),
        CLIENT_HAS_ENDED("CLOSE-WAIT", "FIN-WAIT-2", Step.CLIENT_ENDS),
        END_OF_THE_CLIENT_LOST("ESTAB", "FIN-WAIT-1", Step.LOSE_TO_SERVICE, Step.CLIENT_ENDS),
        ITS_ACKNOWLEDGEMENT_LOST_TOO(
                "CLOSE-WAIT", "FIN-WAIT-1", Step.LOSE_TO_CLIENT, Step.CLIENT_ENDS),
        THEN_END_OF_THE_PRIMARY_LOST(
                "LAST-ACK", "FIN-WAIT-2", Step.CLIENT_ENDS, Step.LOSE_TO_CLIENT, Step.PRIMARY_ENDS);

        private final String atPrimary;
        private final String atClient;
        private final List<Step> steps;

        Stage(String atPrimary, String atClient, Step... steps) {
            this.atPrimary = atPrimary;
            this.atClient = atClient;
            this.steps = List.of(steps);
        }
    }

    private void take(Step step) throws IOException, InterruptedException {
        switch (step) {
            case LOSE_TO_CLIENT -> hosts.loseToClient();
            case LOSE_TO_SERVICE -> hosts.loseToService();
            case CLIENT_ENDS -> {
                flow.client().shutdownOutput();
                settle("FIN-WAIT-2", hosts.client, OF_CLIENT);
            }
            case PRIMARY_ENDS -> {
                hosts.wire.serviceEnds(flow.port());
                Connections.send(flow.atA(), REPLY);
                flow.atA().shutdownOutput();
                settle("FIN-WAIT-2", hosts.a.namespace, OF_SERVICE);
            }
        }
    }

    /** Time for what is not lost to arrive, which the next step may have to find there. */
    private static void settle(String state, Namespace where, String filter)
            throws InterruptedException {
        for (int i = 0; i < 10 && !state(where, filter).equals(state); i++) {
            Thread.sleep(10);
        }
    }

    private void loseNothingMore(Stage stage) {
        if (stage.steps.contains(Step.LOSE_TO_SERVICE)) {
            hosts.findService();
        }
        if (stage.steps.contains(Step.LOSE_TO_CLIENT)) {
            hosts.findClient();
        }
    }

    /** Of the only connection there. */
    private static String state(Namespace where, String filter) {
        return where.sh("ss -Htan exclude listening " + filter).strip().split(" +")[0];
    }

    private static void awaitState(String expected, Namespace where, String filter)
            throws InterruptedException {
        for (int i = 0; i < 300 && !state(where, filter).equals(expected); i++) {
            Thread.sleep(10);
        }
        assertEquals(expected, state(where, filter), where.name());
    }

    private void bring(Stage stage) throws Exception {
        for (Step step : stage.steps) {
            take(step);
        }
        awaitState(stage.atPrimary, hosts.a.namespace, OF_SERVICE);
        awaitState(stage.atClient, hosts.client, OF_CLIENT);
        assertFalse(state(hosts.b.namespace, OF_SERVICE).isEmpty(), "the replica stays");
    }

    private static void awaitEnd(Namespace where, String filter) throws InterruptedException {
        String ask = "ss -Htan exclude listening exclude time-wait " + filter;
        String left = where.sh(ask);
        for (int i = 0; i < 1_500 && !left.isBlank(); i++) {
            Thread.sleep(10);
            left = where.sh(ask);
        }
        assertEquals("", left, where.name());
    }

    /** Both directions end with every byte, whoever had said or heard what, and nobody resets. */
    @ParameterizedTest
    @EnumSource
    void endsAtTheSurvivor(Stage stage) throws Exception {
        try (Capture resets = new Capture(hosts.client, Capture.ofService(Segment.RST))) {
            bring(stage);
            hosts.failOver();
            loseNothingMore(stage);
            CompletableFuture<byte[]> rest =
                    Connections.receiveLater(flow.client(), REPLY.length() + 1); // and the end
            byte[] all =
                    (WORDS.toUpperCase(Locale.ROOT) + REPLY).getBytes(StandardCharsets.US_ASCII);
            int acked = Math.min(hosts.b.ackedBytes(flow.port()), all.length);
            flow.atB().getOutputStream().write(all, acked, all.length - acked);
            hosts.wire.serviceEnds(flow.port());
            flow.atB().shutdownOutput();
            byte[] received = rest.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertEquals(REPLY, new String(received, StandardCharsets.US_ASCII));
            if (!stage.steps.contains(Step.CLIENT_ENDS)) {
                flow.client().shutdownOutput();
            }
            assertEquals(-1, flow.atB().getInputStream().read());
            flow.atB().close();
            flow.client().close();
            awaitEnd(hosts.client, OF_CLIENT);
            awaitEnd(hosts.b.namespace, OF_SERVICE);
            assertEquals(List.of(), resets.lines());
        }
        assertEquals(1, hosts.b.plane.counters().get("flow_promoted"));
    }

    /** A client's stack resets in the states in which it may have something to say or to hear. */
    private static Stream<Arguments> resets() {
        return Stream.of(Stage.values())
                .filter(stage -> !List.of("CLOSING", "LAST-ACK").contains(stage.atClient))
                .flatMap(
                        stage ->
                                Stream.of(false, true)
                                        .map(promoted -> Arguments.of(stage, promoted)));
    }

    /** It ends the connection at whoever there is, and the port is free for another. */
    @ParameterizedTest
    @MethodSource("resets")
    void isResetByTheClient(Stage stage, boolean promoted) throws Exception {
        bring(stage);
        if (promoted) {
            hosts.failOver();
        }
        loseNothingMore(stage);
        flow.client().setSoLinger(true, 0);
        flow.client().close();
        awaitNothing(hosts.b.namespace);
        if (!promoted) {
            awaitNothing(hosts.a.namespace);
        }
        Socket again = Connections.connect(hosts.client, flow.port());
        if (promoted) {
            new Trio(again, null, Connections.accept(doors.atB())).speakWithB("anew");
        } else {
            Trio.accepted(again, doors).speak("anew");
        }
    }

    /** A stack resets where it may have something to say or to hear. */
    private static Stream<Stage> resetsOfThePrimary() {
        return Stream.of(Stage.values())
                .filter(stage -> !List.of("CLOSING", "LAST-ACK").contains(stage.atPrimary));
    }

    /** The client hears of it, and the port is free for another connection, which is replicated. */
    @ParameterizedTest
    @MethodSource("resetsOfThePrimary")
    void isResetByThePrimary(Stage stage) throws Exception {
        bring(stage);
        loseNothingMore(stage);
        hosts.wire.serviceResets(flow.port());
        flow.atA().setSoLinger(true, 0);
        flow.atA().close();
        for (int i = 0; i < 1_000 && !state(hosts.client, OF_CLIENT).isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertEquals("", state(hosts.client, OF_CLIENT), "the client hears nothing");
        flow.atB().setSoLinger(true, 0); // as the standby does when it hears of the end
        flow.atB().close();
        awaitNothing(hosts.a.namespace);
        awaitNothing(hosts.b.namespace);
        flow.client().close();
        Trio.accepted(Connections.connect(hosts.client, flow.port()), doors).speak("anew");
    }

    private static void awaitNothing(Namespace where) throws InterruptedException {
        for (int i = 0; i < 500 && !state(where, OF_SERVICE).isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertEquals("", state(where, OF_SERVICE), where.name());
    }
}
