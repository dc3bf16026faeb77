package org.coralha.heartbeat.io;

import java.util.Map;

/** Writes one JSON object on one line. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder("{");

    JsonWriter put(String name, String value) {
        return raw(name, value == null ? "null" : quote(value));
    }

    JsonWriter put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    JsonWriter put(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    JsonWriter put(String name, JsonWriter object) {
        return raw(name, object == null ? "null" : object.toString());
    }

    JsonWriter put(String name, Map<String, Long> numbers) {
        JsonWriter object = new JsonWriter();
        numbers.forEach(object::put);
        return put(name, object);
    }

    private JsonWriter raw(String name, String value) {
        if (out.length() > 1) {
            out.append(',');
        }
        out.append(quote(name)).append(':').append(value);
        return this;
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    @Override
    public String toString() {
        return out + "}";
    }
}
