package org.coralha.demo;

import java.util.ArrayList;
import java.util.List;

/** Writes one flat JSON object. */
final class Json {
    private final List<String> members = new ArrayList<>();

    Json with(String name, String value) {
        members.add(quoted(name) + ":" + (value == null ? "null" : quoted(value)));
        return this;
    }

    Json with(String name, long value) {
        members.add(quoted(name) + ":" + value);
        return this;
    }

    @Override
    public String toString() {
        return "{" + String.join(",", members) + "}";
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
