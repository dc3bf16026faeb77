package org.coralha.heartbeat.io;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what {@link JsonWriter} writes, to the letter: objects, strings, whole numbers, booleans
 * and null, without blanks. Not for JSON of anybody else; whatever is read is written again to the
 * same text.
 */
final class JsonReader {
    /** Objects in objects at most. */
    private static final int DEPTH_LIMIT = 8;

    private static final int HEX = 16;
    private static final int ESCAPE_DIGITS = 4;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * The members in their order.
     *
     * @throws IllegalArgumentException naming the place, if it is something else
     */
    static Map<String, Object> object(String json) {
        JsonReader reader = new JsonReader(json);
        Map<String, Object> object = reader.readObject();
        reader.require(reader.at == json.length());
        return object;
    }

    /** The object that is a member; empty if it is null or missing. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> inner(Map<String, Object> object, String name) {
        return object.get(name) instanceof Map<?, ?> inner ? (Map<String, Object>) inner : Map.of();
    }

    private Map<String, Object> readObject() {
        Map<String, Object> object = new LinkedHashMap<>();
        expect('{');
        require(++depth <= DEPTH_LIMIT);
        while (peek() != '}') {
            if (!object.isEmpty()) {
                expect(',');
            }
            String name = readString();
            require(!object.containsKey(name));
            expect(':');
            object.put(name, readValue());
        }
        depth--;
        expect('}');
        return object;
    }

    private Object readValue() {
        char first = peek();
        if (first == '{') {
            return readObject();
        }
        if (first == '"') {
            return readString();
        }
        int start = at;
        while (at < text.length() && ",}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> number(word);
        };
    }

    private Long number(String word) {
        try {
            Long number = Long.valueOf(word);
            require(number.toString().equals(word));
            return number;
        } catch (NumberFormatException e) {
            throw wrong();
        }
    }

    private String readString() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            require(peek() >= ' ');
            char c = text.charAt(at++);
            value.append(c == '\\' ? readEscape() : c);
        }
        expect('"');
        return value.toString();
    }

    /** What is written with a backslash: itself, the quote, and control characters by number. */
    private char readEscape() {
        char kind = peek();
        at++;
        if (kind != 'u') {
            require(kind == '"' || kind == '\\');
            return kind;
        }
        int code = 0;
        for (int i = 0; i < ESCAPE_DIGITS; i++) {
            int digit = "0123456789abcdef".indexOf(peek());
            require(digit >= 0);
            code = code * HEX + digit;
            at++;
        }
        require(code < ' ');
        return (char) code;
    }

    private char peek() {
        require(at < text.length());
        return text.charAt(at);
    }

    private void expect(char c) {
        require(peek() == c);
        at++;
    }

    private void require(boolean good) {
        if (!good) {
            throw wrong();
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("unexpected JSON at character " + at);
    }
}
