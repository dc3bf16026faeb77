package org.coralha.drill.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recursive descent over one document. Used once, by one thread. */
final class JsonParser {
    private static final int DEPTH_LIMIT = 100;

    private final String text;
    private int at;
    private int depth;

    JsonParser(String text) {
        this.text = text;
    }

    Object document() {
        Object value = value();
        skipSpace();
        if (at < text.length()) {
            throw wrong("end of document");
        }
        return value;
    }

    private Object value() {
        skipSpace();
        char c = peek();
        if (c == '{' || c == '[') {
            if (++depth > DEPTH_LIMIT) {
                throw wrong("at most " + DEPTH_LIMIT + " levels");
            }
            Object nested = c == '{' ? object() : array();
            depth--;
            return nested;
        }
        if (c == '"') {
            return string();
        }
        return word();
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        skipSpace();
        while (!accept('}')) {
            if (!map.isEmpty()) {
                expect(',');
                skipSpace();
            }
            String name = string();
            skipSpace();
            expect(':');
            map.put(name, value());
            skipSpace();
        }
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        at++;
        skipSpace();
        while (!accept(']')) {
            if (!list.isEmpty()) {
                expect(',');
            }
            list.add(value());
            skipSpace();
        }
        return list;
    }

    private String string() {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (!accept('"')) {
            char c = peek();
            at++;
            out.append(c == '\\' ? escape() : c);
        }
        return out.toString();
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                if (at + 4 > text.length()) {
                    throw wrong("four hex digits");
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> number(word, start);
        };
    }

    private Object number(String word, int start) {
        try {
            if (word.matches("-?[0-9]{1,18}")) {
                return Long.valueOf(word);
            }
            return Double.valueOf(word);
        } catch (NumberFormatException e) {
            at = start;
            throw wrong("a value");
        }
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private boolean accept(char c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!accept(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private IllegalArgumentException wrong(String wanted) {
        String near = text.substring(Math.min(at, text.length()));
        near = near.length() > 40 ? near.substring(0, 40) : near;
        return new IllegalArgumentException(
                "JSON: wanted " + wanted + " at character " + at + ", found '" + near + "'");
    }
}
