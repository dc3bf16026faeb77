package org.coralha.jetty.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.coralha.jetty.core.TransactionId;
import org.coralha.pair.FlowKey;
import org.coralha.pair.FlowSnapshot;
import org.coralha.pair.ModuleMessage;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients in every phase of a request when the primary ends: each gets every reply once and
 * whole, from one execution, and nothing that was logged is executed again.
 */
@Timeout(120)
class SoakTest {
    private static final int CLIENTS = 60;

    @TempDir Path directory;
    private final CountDownLatch cut = new CountDownLatch(1);
    private final CountDownLatch reported = new CountDownLatch(CLIENTS);
    private final CountDownLatch promoted = new CountDownLatch(1);
    private volatile boolean stop;

    /** Replies whose every byte names the execution that made them. */
    private static final class NonceApp extends Handler.Abstract {
        final Map<String, Integer> executions = new ConcurrentHashMap<>();

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            int upload;
            try (InputStream in = Content.Source.asInputStream(request)) {
                upload = in.readAllBytes().length;
            }
            String id = (String) request.getAttribute(TransactionId.ATTRIBUTE);
            executions.merge(id, 1, Integer::sum);
            String[] path = Request.getPathInContext(request).split("/");
            Thread.sleep(Integer.parseInt(path[2]));
            byte[] body = new byte[Integer.parseInt(path[1])];
            java.util.Arrays.fill(body, (byte) ThreadLocalRandom.current().nextInt());
            response.getHeaders().put("X-Transaction", id);
            response.getHeaders().put("X-Upload", upload);
            if (path[3].equals("length")) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
                response.write(true, ByteBuffer.wrap(body), callback);
            } else {
                try (var out = Content.Sink.asOutputStream(response)) {
                    for (int at = 0; at < body.length; at += 20_000) {
                        out.write(body, at, Math.min(20_000, body.length - at));
                        out.flush();
                    }
                }
                callback.succeeded();
            }
            return true;
        }
    }

    private final class Client implements Runnable {
        final RawClient toA;
        final RawClient toB;
        final Random random;
        final List<String> answered = new ArrayList<>();
        final Set<String> wholeFromA = new HashSet<>();
        long received;
        boolean onB;
        volatile Throwable failure;
        volatile int replies;

        Client(TwoHosts hosts, long seed) throws IOException {
            toA = new RawClient(hosts.a.address);
            toB = new RawClient(hosts.b.address, toA.port());
            toA.socket.setSoTimeout(2);
            random = new Random(seed);
        }

        @Override
        public void run() {
            try {
                while (!stop) {
                    request();
                    Thread.sleep(random.nextInt(30));
                    switchIfCut();
                }
            } catch (Throwable e) {
                failure = e;
            }
        }

        private void request() throws Exception {
            int upload = random.nextInt(3) == 0 ? random.nextInt(300_000) : 0;
            int size = 1 + (random.nextBoolean() ? random.nextInt(400) : random.nextInt(400_000));
            String kind = random.nextBoolean() ? "length" : "chunked";
            String head =
                    (upload > 0 ? "POST" : "GET")
                            + " /"
                            + size
                            + "/"
                            + random.nextInt(20)
                            + "/"
                            + kind
                            + " HTTP/1.1\r\nHost: x\r\n"
                            + (upload > 0 ? "Content-Length: " + upload + "\r\n" : "")
                            + "\r\n";
            send(head.getBytes(StandardCharsets.US_ASCII));
            for (int at = 0; at < upload; at += 50_000) {
                send(new byte[Math.min(50_000, upload - at)]);
            }
            boolean startedOnA = !onB;
            check(head, upload, size, kind);
            replies++;
            if (startedOnA && !onB) {
                wholeFromA.add(answered.get(answered.size() - 1));
            }
        }

        private void send(byte[] bytes) throws Exception {
            switchIfCut();
            toB.send(bytes);
            if (!onB) {
                toA.send(bytes);
            }
        }

        private void check(String request, int upload, int size, String kind) throws Exception {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) readByte());
            }
            assertTrue(head.toString().startsWith("HTTP/1.1 200 OK"), head.toString());
            assertEquals(Integer.toString(upload), header(head, "X-Upload"), request);
            answered.add(header(head, "X-Transaction"));
            byte[] body = kind.equals("length") ? read(size) : readChunks(size);
            for (byte b : body) {
                assertEquals(body[0], b, "two executions in one reply");
            }
        }

        private String header(StringBuilder head, String name) {
            int at = head.indexOf(name + ": ") + name.length() + 2;
            return head.substring(at, head.indexOf("\r", at));
        }

        private byte[] readChunks(int size) throws Exception {
            ByteBuffer body = ByteBuffer.allocate(size);
            while (true) {
                StringBuilder line = new StringBuilder();
                while (line.indexOf("\r\n") < 0) {
                    line.append((char) readByte());
                }
                int length = Integer.parseInt(line.substring(0, line.length() - 2), 16);
                body.put(read(length));
                read(2);
                if (length == 0) {
                    assertEquals(size, body.position());
                    return body.array();
                }
            }
        }

        private int readByte() throws Exception {
            return read(1)[0];
        }

        private byte[] read(int count) throws Exception {
            byte[] bytes = new byte[count];
            int at = 0;
            while (at < count) {
                switchIfCut();
                try {
                    InputStream in = (onB ? toB : toA).socket.getInputStream();
                    int got = in.read(bytes, at, Math.min(count - at, 8192));
                    if (got < 0) {
                        throw new IOException("end of stream");
                    }
                    at += got;
                    received += got;
                } catch (SocketTimeoutException e) {
                    if (onB) {
                        throw e;
                    }
                }
            }
            return bytes;
        }

        private void switchIfCut() throws Exception {
            if (!onB && cut.getCount() == 0) {
                reported.countDown();
                assertTrue(promoted.await(30, TimeUnit.SECONDS));
                onB = true;
            }
        }

        FlowSnapshot flow() throws IOException {
            FlowKey key = new FlowKey(InetAddress.getByName("127.0.0.1"), toA.port());
            return new FlowSnapshot(key, received);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyReplyIsWholeAndFromOneExecution(int seed) throws Exception {
        NonceApp appA = new NonceApp();
        NonceApp appB = new NonceApp();
        Map<String, String> tight =
                seed == 2
                        ? Map.of("log.memory.bytes", "1048576", "log.window.bytes", "65536")
                        : Map.of();
        try (TwoHosts hosts = new TwoHosts(directory, tight, appA, appB, new NonceApp()).duplex()) {
            List<Client> clients = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(hosts, seed * 1000L + i);
                clients.add(client);
                threads.add(new Thread(client));
            }
            threads.forEach(Thread::start);
            Thread.sleep(3000 + 137L * seed);
            cut.countDown();
            assertTrue(reported.await(20, TimeUnit.SECONDS));
            List<FlowSnapshot> flows = new ArrayList<>();
            for (Client client : clients) {
                flows.add(client.flow());
            }
            ModuleMessage.RoleTaken taken = hosts.promoteB(flows);
            promoted.countDown();
            assertEquals(CLIENTS, taken.flows());
            Thread.sleep(2500);
            stop = true;
            for (Thread thread : threads) {
                thread.join(20_000);
            }
            verify(clients, appA, appB);
            System.out.printf(
                    "seed %d: %d replies, %d on b, first byte after %d us%n",
                    seed,
                    clients.stream().mapToInt(c -> c.replies).sum(),
                    appB.executions.size(),
                    taken.firstByteMicros());
        }
    }

    private static void verify(List<Client> clients, NonceApp appA, NonceApp appB) {
        for (Client client : clients) {
            if (client.failure != null) {
                throw new AssertionError(
                        "client " + client.toA.port() + " after " + client.replies, client.failure);
            }
            assertEquals(client.answered.size(), new HashSet<>(client.answered).size());
            for (String id : client.wholeFromA) {
                assertTrue(!appB.executions.containsKey(id), id + " was executed again");
            }
            for (String id : client.answered) {
                assertTrue(appA.executions.getOrDefault(id, 0) <= 1, id);
                assertTrue(appB.executions.getOrDefault(id, 0) <= 1, id);
            }
        }
    }
}
