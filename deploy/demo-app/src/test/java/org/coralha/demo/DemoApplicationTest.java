package org.coralha.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The servlets in a real Jetty on the loopback, the ledger in a real server. */
@Timeout(60)
class DemoApplicationTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir static Path folder;
    private static Server jetty;
    private static LedgerServer ledger;
    private static String base;

    @BeforeAll
    static void start() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ledger = new LedgerServer(new InetSocketAddress(loopback, 0), folder.resolve("ledger"));
        System.setProperty("coral.ledger", ledgerUrl());
        System.setProperty("coral.host", "a");
        jetty = new Server(new InetSocketAddress(loopback, 0));
        ServletContextHandler context = new ServletContextHandler("/demo");
        context.addServlet(RandomServlet.class, "/random");
        context.addServlet(UploadServlet.class, "/upload");
        context.addServlet(LedgerServlet.class, "/ledger");
        context.addServlet(EtagServlet.class, "/etag");
        context.addServlet(WhoamiServlet.class, "/whoami");
        jetty.setHandler(context);
        jetty.start();
        int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
        base = "http://" + loopback.getHostAddress() + ":" + port + "/demo/";
    }

    @AfterAll
    static void stop() throws Exception {
        System.clearProperty("coral.ledger");
        System.clearProperty("coral.host");
        jetty.stop();
        ledger.close();
    }

    @ParameterizedTest
    @CsvSource({"0,", "100,", "100000,", "30000000,", "100,1", "100000,7", "3,3"})
    void sendsABodyThatMatchesItsHash(int sizeBytes, Integer chunks) throws Exception {
        String path = "random?bytes=" + sizeBytes + (chunks == null ? "" : "&chunks=" + chunks);
        HttpResponse<byte[]> reply = send(get(path));
        assertEquals(200, reply.statusCode());
        assertEquals(sizeBytes, reply.body().length);
        assertEquals(sha256(reply.body()), header(reply, "X-Body-SHA256"));
        assertEquals("a", header(reply, "X-Served-By"));
        assertEquals(chunks == null, reply.headers().firstValue("Content-Length").isPresent());
        assertNotEquals(header(reply, "X-Nonce"), header(send(get(path)), "X-Nonce"));
    }

    @Test
    void answersHeadWithoutBody() throws Exception {
        HttpResponse<byte[]> reply =
                send(request("random?bytes=5000").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, reply.statusCode());
        assertEquals("5000", header(reply, "Content-Length"));
        assertEquals(0, reply.body().length);
    }

    @Test
    void runsAsLongAsItIsTold() throws Exception {
        long startNs = System.nanoTime();
        assertEquals(200, send(get("random?bytes=1&ms=200")).statusCode());
        assertTrue(System.nanoTime() - startNs >= 200_000_000L);
    }

    @Test
    void countsAndHashesAnUpload() throws Exception {
        byte[] body = new byte[3_000_001];
        body[77] = 5;
        HttpResponse<byte[]> reply =
                send(
                        request("upload")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(BodyPublishers.ofByteArray(body)));
        String expected = "{\"bytes\":3000001,\"sha256\":\"" + sha256(body) + "\",";
        assertTrue(text(reply).startsWith(expected), text(reply));
    }

    @Test
    void appendsToTheLedger() throws Exception {
        HttpResponse<byte[]> reply =
                send(request("ledger?id=one&ms=1").POST(BodyPublishers.noBody()));
        assertEquals(200, reply.statusCode(), text(reply));
        assertTrue(text(reply).contains("\"id\":\"one\""), text(reply));
        assertEquals(sha256(reply.body()), header(reply, "X-Body-SHA256"));
        assertFalse(header(reply, "X-Nonce").isEmpty());
        assertEquals("one\t-\ta\n", lines("?id=one"));
        assertEquals("", lines("?id=on"));
        assertTrue(lines("").contains("one\t-\ta\n"));
    }

    @Test
    void saysThatTheLedgerCannotBeReached() throws Exception {
        System.setProperty("coral.ledger", "http://127.0.0.1:1");
        try {
            HttpResponse<byte[]> reply =
                    send(request("ledger?id=two").POST(BodyPublishers.noBody()));
            assertEquals(502, reply.statusCode());
            assertTrue(text(reply).contains("http://127.0.0.1:1"));
        } finally {
            System.setProperty("coral.ledger", ledgerUrl());
        }
    }

    @Test
    void knowsItsEntityTag() throws Exception {
        HttpResponse<byte[]> first = send(get("etag"));
        assertEquals(200, first.statusCode());
        HttpResponse<byte[]> second =
                send(request("etag").header("If-None-Match", header(first, "ETag")));
        assertEquals(304, second.statusCode());
        assertEquals(0, second.body().length);
    }

    @Test
    void saysWhoItIs() throws Exception {
        String body = text(send(get("whoami")));
        assertTrue(body.startsWith("{\"host\":\"a\",\"pid\":"), body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "random",
                "random?bytes=-1",
                "random?bytes=x",
                "random?bytes=1&chunks=0",
                "random?bytes=1&ms=-5",
                "random?bytes=99999999999"
            })
    void refusesWrongParameters(String path) throws Exception {
        HttpResponse<byte[]> reply = send(get(path));
        assertEquals(400, reply.statusCode());
        assertTrue(text(reply).contains("whole number"), text(reply));
    }

    private static String ledgerUrl() {
        return "http://127.0.0.1:" + ledger.port();
    }

    private static String lines(String query) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(ledgerUrl() + "/lines" + query)).build();
        return CLIENT.send(request, BodyHandlers.ofString()).body();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    }

    private static HttpRequest.Builder get(String path) {
        return request(path).GET();
    }

    private static HttpResponse<byte[]> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<?> reply, String name) {
        return reply.headers().firstValue(name).orElse("no " + name);
    }

    private static String sha256(byte[] body) {
        return HexFormat.of().formatHex(Sha256.digest().digest(body));
    }
}
