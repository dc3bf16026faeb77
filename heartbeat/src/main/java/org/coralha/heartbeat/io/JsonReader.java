package org.coralha.heartbeat.io;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads what {@link JsonWriter} writes: objects, strings, whole numbers, booleans and null. Not for
 * JSON of anybody else.
 */
final class JsonReader {
    private final String text;
    private int at;

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
        if (reader.at != json.length()) {
            throw reader.wrong();
        }
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
        while (peek() != '}') {
            if (!object.isEmpty()) {
                expect(',');
            }
            String name = readString();
            expect(':');
            object.put(name, readValue());
        }
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
            return Long.valueOf(word);
        } catch (NumberFormatException e) {
            throw wrong();
        }
    }

    private String readString() {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c != '\\') {
                value.append(c);
            } else if (peek() == 'u' && at + 5 <= text.length()) {
                value.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                at += 5;
            } else {
                value.append(text.charAt(at++));
            }
        }
        expect('"');
        return value.toString();
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong();
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong();
        }
        at++;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("unexpected JSON at character " + at);
    }
}
