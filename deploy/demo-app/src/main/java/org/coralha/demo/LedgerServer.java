package org.coralha.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The ledger: a file on a host outside the pair to which the demo application appends one line for
 * each execution. {@code POST /append?id=&tx=&host=} appends {@code ID<tab>TX<tab>HOST}; {@code GET
 * /lines[?id=ID]} answers all lines, or those of one id.
 */
public final class LedgerServer implements AutoCloseable {
    private static final int THREADS = 8;

    private final Path file;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    /**
     * Listens and serves until closed.
     *
     * @throws IOException if the address is in use or not on this host, or the file not writable
     */
    public LedgerServer(InetSocketAddress address, Path file) throws IOException {
        this.file = file;
        Files.writeString(file, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        server = HttpServer.create(address, 1024);
        server.setExecutor(threads);
        server.createContext("/append", this::append);
        server.createContext("/lines", this::lines);
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void append(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            answer(exchange, 405, "append takes POST\n");
            return;
        }
        try {
            Query query = Query.parse(exchange.getRequestURI().getRawQuery());
            write(query.id("id") + "\t" + query.id("tx") + "\t" + query.id("host") + "\n");
            answer(exchange, 200, "ok\n");
        } catch (BadParameterException e) {
            answer(exchange, 400, e.getMessage() + "\n");
        }
    }

    private synchronized void write(String line) throws IOException {
        Files.writeString(file, line, StandardOpenOption.APPEND);
    }

    private void lines(HttpExchange exchange) throws IOException {
        try {
            Query query = Query.parse(exchange.getRequestURI().getRawQuery());
            String prefix = query.has("id") ? query.id("id") + "\t" : "";
            StringBuilder found = new StringBuilder();
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(prefix)) {
                    found.append(line).append('\n');
                }
            }
            answer(exchange, 200, found.toString());
        } catch (BadParameterException e) {
            answer(exchange, 400, e.getMessage() + "\n");
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Arguments: address, port, file. */
    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: LedgerServer ADDRESS PORT FILE");
            System.exit(2);
        }
        InetSocketAddress address = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        // Its threads keep the process alive.
        @SuppressWarnings("resource")
        LedgerServer ledger = new LedgerServer(address, Path.of(args[2]));
        System.out.println("ledger listens on " + address.getHostString() + ":" + ledger.port());
    }
}
