package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.Writer;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client each of whose packets bears extension headers, as its stack makes them, across a
 * failover. Needs root.
 */
@SameWithAnyJava
class ExtensionHeadersFailoverTest {
    /** Sends each line of standard input, then says what was answered. */
    private static final String CLIENT =
            """
            import socket, sys
            c = socket.socket(socket.AF_INET6)
            for option in (%s):
                c.setsockopt(socket.IPPROTO_IPV6, option, bytes((0, 0, 1, 4, 0, 0, 0, 0)))
            c.connect(("%s", %d))
            answers = c.makefile("rb")
            for line in sys.stdin:
                c.sendall(line.encode())
                print(answers.readline().decode().strip(), flush=True)
            """;

    private TwoHosts hosts;
    private Trio.Doors doors;
    private Process client;

    @BeforeEach
    void build() throws Exception {
        hosts = new TwoHosts(Family.IPV6);
        doors = Trio.doors(hosts);
    }

    @AfterEach
    void remove() throws Exception {
        try (TwoHosts network = hosts;
                Trio.Doors both = doors) {
            if (client != null) {
                client.destroyForcibly().waitFor();
            }
        }
    }

    /** Number of the first header behind the IPv6 header, and the options that make it. */
    @ParameterizedTest
    @CsvSource({
        "60, socket.IPV6_DSTOPTS",
        "0, socket.IPV6_HOPOPTS",
        "0, 'socket.IPV6_HOPOPTS, socket.IPV6_DSTOPTS'"
    })
    void connectionGoesOn(int first, String options) throws Exception {
        String program =
                CLIENT.formatted(
                        options + ",",
                        TwoHosts.service().getAddress().getHostAddress(),
                        TwoHosts.service().getPort());
        try (Capture bearing = new Capture(hosts.client, "ip6[6] = " + first);
                Capture plain = new Capture(hosts.client, "dst port 8080");
                Capture resets = new Capture(hosts.client, Capture.ofService(Segment.RST))) {
            client = hosts.client.start("python3", "-c", program);
            say("first");
            Socket atA = Connections.accept(doors.atA());
            Socket atB = Connections.accept(doors.atB());
            answer("first", atA, atB);
            say("second");
            answer("second", atA, atB);
            awaitAcked("to first\nto second\n".length());
            hosts.failOver();
            say("promoted");
            answer("promoted", atB);
            say("and after");
            answer("and after", atB);
            assertEquals(1, hosts.b.plane.counters().get("flow_promoted"));
            assertEquals(List.of(), resets.lines());
            assertFalse(bearing.lines().isEmpty(), "packets with extension headers");
            assertEquals(List.of(), plain.lines(), "packets without");
        }
    }

    /** The survivor goes on after what the client has acknowledged, which it does late. */
    private void awaitAcked(int bytes) throws InterruptedException {
        for (int i = 0; i < 500 && hosts.b.plane.flows().get(0).clientAckedBytes() < bytes; i++) {
            Thread.sleep(10);
        }
        assertEquals(bytes, hosts.b.plane.flows().get(0).clientAckedBytes());
    }

    private void say(String line) throws IOException {
        Writer out = client.outputWriter();
        out.write(line + "\n");
        out.flush();
    }

    /** All of these have read it; the first one answers. */
    private void answer(String line, Socket... servers) throws IOException {
        for (Socket each : servers) {
            assertEquals(line + "\n", Connections.receive(each, line.length() + 1));
        }
        Connections.send(servers[0], "to " + line + "\n");
        assertEquals("to " + line, client.inputReader().readLine());
    }
}
