package org.coralha.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Appends to the ledger over one plain connection per line. The HTTP clients of the JDK may send a
 * request again by themselves, and then the ledger would count what was not executed.
 */
final class LedgerClient {
    private static final int LIMIT_MS = 5000;

    private final URI ledger;

    /**
     * @param ledger {@code http://HOST:PORT}
     */
    LedgerClient(URI ledger) {
        this.ledger = ledger;
    }

    /**
     * Appends a line and awaits that it is written, 5 s at most for each step.
     *
     * @param transaction transaction id, or null
     */
    void append(String id, String transaction, String host) throws IOException {
        String query =
                "id=" + encoded(id) + "&tx=" + encoded(transaction) + "&host=" + encoded(host);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(ledger.getHost(), ledger.getPort()), LIMIT_MS);
            socket.setSoTimeout(LIMIT_MS);
            String request =
                    "POST /append?"
                            + query
                            + " HTTP/1.0\r\nHost: "
                            + ledger.getAuthority()
                            + "\r\nContent-Length: 0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status =
                    new BufferedReader(
                                    new InputStreamReader(
                                            socket.getInputStream(), StandardCharsets.US_ASCII))
                            .readLine();
            if (status == null || !status.contains(" 200 ")) {
                throw new IOException("append answered " + status);
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text == null ? "-" : text, StandardCharsets.UTF_8);
    }
}
