package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one host's data plane passed and its stack did not get, as from a full queue: the client
 * alone can send it again, and must not be led to believe that it need not. Needs root.
 */
@SameWithAnyJava
class LossAtOneHostTest {
    private static final int PARTS = 4;
    private static final int LIMIT_S = 60;
    private static final int PART_BYTES = 6_000_000;

    /** After a gap: a repetition may be lost once more on a busy machine. */
    private static final int TIMEOUTS_AFTER = 3;

    static Stream<Arguments> cases() {
        return Stream.of(Family.values())
                .flatMap(family -> Stream.of("a", "b").map(deaf -> Arguments.of(family, deaf)));
    }

    @ParameterizedTest(name = "{0}, host {1}")
    @MethodSource("cases")
    void clientRepeatsAllOfIt(Family family, String deaf) throws Exception {
        byte[] body = Connections.body(PARTS * PART_BYTES, 11);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
        try (TwoHosts hosts = new TwoHosts(family);
                SinkProcess atA = new SinkProcess(hosts.a.namespace, body.length);
                SinkProcess atB = new SinkProcess(hosts.b.namespace, body.length)) {
            hosts.duplex();
            Namespace host = (deaf.equals("a") ? hosts.a : hosts.b).namespace;
            long inGaps = 0;
            try (Socket client = Connections.connect(hosts.client, 0)) {
                send(client, body, 0).get(LIMIT_S, TimeUnit.SECONDS);
                for (int part = 1; part < PARTS; part++) {
                    lose(host);
                    CompletableFuture<Void> sent = send(client, body, part);
                    inGaps += awaitTimeout(hosts.client);
                    loseNoMore(host);
                    sent.get(LIMIT_S, TimeUnit.SECONDS);
                }
                String expected = HexFormat.of().formatHex(hash);
                assertEquals(expected, atA.digest.get(LIMIT_S, TimeUnit.SECONDS));
                assertEquals(expected, atB.digest.get(LIMIT_S, TimeUnit.SECONDS));
            }
            long after = timeouts(hosts.client) - inGaps;
            System.out.println(family + ", host " + deaf + ": " + after + " timeouts after gaps");
            assertTrue(after <= (PARTS - 1) * TIMEOUTS_AFTER, after + " timeouts after the gaps");
        }
    }

    private static CompletableFuture<Void> send(Socket client, byte[] body, int part) {
        return Connections.send(client, body, part * PART_BYTES, PART_BYTES);
    }

    private static void lose(Namespace host) {
        host.sh(
                "nft add table inet gap && nft 'add chain inet gap in { type filter hook input"
                        + " priority 0; }' && nft add rule inet gap in tcp dport "
                        + TwoHosts.service().getPort()
                        + " drop");
    }

    private static void loseNoMore(Namespace host) {
        host.sh("nft delete table inet gap");
    }

    /** Until a timer of the client has run out; gives back how many have, since the last call. */
    private static long awaitTimeout(Namespace client) throws InterruptedException {
        long before = timeouts(client);
        long now = before;
        for (int i = 0; now == before; i++) {
            assertTrue(i < 1000, "nothing was lost");
            Thread.sleep(10);
            now = timeouts(client);
        }
        return now - before;
    }

    private static long timeouts(Namespace client) {
        return TwoHosts.stackCounter(client, "TcpExtTCPTimeouts");
    }
}
