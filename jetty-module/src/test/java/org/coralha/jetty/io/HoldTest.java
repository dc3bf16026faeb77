package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HoldTest {
    @TempDir Path directory;
    private final App appA = new App("a");
    private TwoHosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = new TwoHosts(directory, Map.of(), appA, new App("b"), new App("plain")).duplex();
    }

    @AfterEach
    void stop() throws Exception {
        hosts.close();
    }

    private void same(String request) throws Exception {
        byte[] expected;
        try (RawClient client = new RawClient(hosts.plainAddress)) {
            client.send(request);
            expected = client.readQuiet(500);
        }
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(request);
            byte[] actual = client.readQuiet(500);
            assertEquals(RawClient.text(expected), RawClient.text(actual), request);
            assertArrayEquals(expected, actual);
        }
    }

    @Test
    void heldReplyThatGrowsIsNotIdle() throws Exception {
        hosts.a.connector.setIdleTimeout(600);
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            String reply = RawClient.text(client.readToEnd());
            assertTrue(reply.contains("fine"), reply);
        }
    }

    /** Plain Jetty cannot ask for the body any more either, and works all the same. */
    @Test
    void bodyThatIsAskedForAfterTheReplyBeganDoesNotDisturbIt() throws Exception {
        try (RawClient client = new RawClient(hosts.a.address)) {
            client.send(
                    "POST /late HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                            + "Content-Length: 5\r\n\r\n");
            while (!appA.executed.contains("asks for the body")) {
                Thread.sleep(5);
            }
            client.send("abcde");
            String reply = client.readUntil("abcde");
            assertTrue(reply.startsWith("HTTP/1.1 200"), reply);
            assertTrue(reply.length() > 100_005, "" + reply.length());
        }
    }

    @Test
    void repliesAreThoseOfPlainJetty() throws Exception {
        String get = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n";
        same(get.formatted("/small/1"));
        same(get.formatted("/small/1") + get.formatted("/small/2") + get.formatted("/small/3"));
        same(get.formatted("/big/3000000"));
        same(get.formatted("/chunked/100000"));
        same(get.formatted("/nothing"));
        same(get.formatted("/empty"));
        same(get.formatted("/early"));
        same("HEAD /big/100000 HTTP/1.1\r\nHost: x\r\n\r\n" + get.formatted("/small/1"));
        same("GET /small/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        same("GET /chunked/5000 HTTP/1.0\r\n\r\n");
        same("GET /small/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        same("NONSENSE\r\n\r\n");
        same("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde");
        same(
                "POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde"
                        + get.formatted("/small/1"));
        same(
                "POST /unread HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    }
}
