package org.coralha.drill.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A small request, and how the client writes it. */
enum SmallPattern {
    GET_WHOLE(
            "get-whole",
            "GET, one piece",
            "GET /demo/random?bytes=100 HTTP/1.1\r\nHost: c\r\n\r\n"),
    GET_SPLIT(
            "get-split",
            "GET, two pieces",
            "GET /demo/random?bytes=100 HTTP/1.1\r\n",
            "Host: c\r\n\r\n"),
    POST_SPLIT(
            "post-split",
            "POST, head and body apart",
            "POST /demo/upload HTTP/1.1\r\nHost: c\r\nContent-Length: 4\r\n\r\n",
            "body");

    private final String word;
    private final String title;
    private final List<byte[]> pieces;

    SmallPattern(String word, String title, String... pieces) {
        this.word = word;
        this.title = title;
        this.pieces = Stream.of(pieces).map(p -> p.getBytes(StandardCharsets.US_ASCII)).toList();
    }

    String word() {
        return word;
    }

    String title() {
        return title;
    }

    /** What is written, each piece by a call of its own. */
    List<byte[]> pieces() {
        return pieces;
    }

    /** The pattern of that word. */
    static SmallPattern named(String word) {
        return Stream.of(values())
                .filter(one -> one.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pattern '" + word + "'"));
    }
}
