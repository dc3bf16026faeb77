package org.coralha.drill.client;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * A whole reply.
 *
 * @param status HTTP status
 * @param headers last value of each header, names in lower case
 * @param bodyBytes length of the body
 * @param sha256 hex digest of the body
 * @param start first bytes of the body, at most {@link ReplyReader#KEPT_BYTES}
 * @param closes true if the server said that it ends the connection
 */
record Reply(
        int status,
        Map<String, String> headers,
        long bodyBytes,
        String sha256,
        byte[] start,
        boolean closes) {

    String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    String text() {
        return new String(start, StandardCharsets.UTF_8);
    }
}
