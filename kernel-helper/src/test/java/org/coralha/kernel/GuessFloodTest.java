package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A flood of 100,000 addresses that ask for connections and then guess which number the service has
 * named. The primary's stack refuses them; nothing of them may stay at the backup. Needs root.
 */
@SameWithAnyJava
@ParameterizedClass
@ExtendWith(FamilyShare.class)
@EnumSource(Family.class)
class GuessFloodTest {
    @Parameter Family family;

    private static final int FLOWS = 200;
    private static final int NEW_FLOWS = 20;
    private TwoHosts hosts;
    private final List<Trio> all = new ArrayList<>();
    private Trio.Doors doors;

    @BeforeEach
    void build() {
        hosts = new TwoHosts(family);
    }

    @AfterEach
    void remove() throws IOException {
        try (TwoHosts network = hosts;
                Trio.Doors both = doors) {
            for (Trio one : all) {
                one.close();
            }
        }
    }

    /** With a queue of requests that fills up, and with cookies in place of one. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void leavesNothingBehind(int cookies) throws Exception {
        for (TwoHosts.Host host : List.of(hosts.a, hosts.b)) {
            host.namespace.sh("sysctl -qw net.ipv4.tcp_syncookies=" + cookies);
        }
        doors = Trio.doors(hosts);
        for (int i = 0; i < FLOWS; i++) {
            all.add(Trio.connect(hosts, doors));
        }
        try (SynFlood flood = new SynFlood(hosts, true)) {
            for (int round = 0; round < 2 || !flood.hasAskedOnce(); round++) {
                for (Trio one : all) {
                    one.speak("word " + round);
                }
                if (cookies > 0 && all.size() < FLOWS + NEW_FLOWS) {
                    all.add(Trio.connect(hosts, doors));
                }
            }
        }
        assertNothingIsLeft(cookies > 0 ? SynFlood.SOURCES / 10 : 1);
        if (cookies > 0) { // else the stacks' queues of requests may still be full
            all.add(Trio.connect(hosts, doors));
        }
        awaitAcknowledged();
        hosts.failOver();
        for (Trio one : all) {
            one.speakWithB("after it");
        }
    }

    /** A client acknowledges late, and the survivor goes on after what is acknowledged. */
    private void awaitAcknowledged() throws InterruptedException {
        String ask = "ss -Htn state established 'sport = :8080' | awk '$2 > 0'";
        for (int i = 0; i < 500 && !hosts.a.namespace.sh(ask).isBlank(); i++) {
            Thread.sleep(10);
        }
        assertEquals("", hosts.a.namespace.sh(ask), "what the clients have not acknowledged");
    }

    private void assertNothingIsLeft(int refused) {
        Map<String, Long> primary = hosts.a.plane.counters();
        assertTrue(primary.get("handshake_refused") >= refused, primary.toString());
        assertEquals(all.size(), primary.get("guard_begun"));
        assertEquals(all.size(), hosts.b.plane.flows().size(), "flows at the backup");
        for (TwoHosts.Host host : List.of(hosts.a, hosts.b)) {
            assertEquals(all.size(), sockets(host), "sockets of " + host.namespace.name());
        }
    }

    private static int sockets(TwoHosts.Host host) {
        int port = TwoHosts.service().getPort();
        String lines = host.namespace.sh("ss -Htn state established 'sport = :" + port + "'");
        return (int) lines.lines().filter(line -> !line.isBlank()).count();
    }
}
