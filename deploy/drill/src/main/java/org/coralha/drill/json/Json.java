package org.coralha.drill.json;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A JSON value with lookups that name what is missing. Immutable as far as its value is. */
public final class Json {
    private final Object value;
    private final String path;

    private Json(Object value, String path) {
        this.value = value;
        this.path = path;
    }

    /**
     * Parses one document.
     *
     * @throws IllegalArgumentException with the position of the first character that is wrong
     */
    public static Json parse(String text) {
        return new Json(new JsonParser(text).document(), "$");
    }

    /** The member of that name; a missing one is a value that {@link #isPresent()} denies. */
    public Json get(String name) {
        Object member = value instanceof Map<?, ?> map ? map.get(name) : null;
        return new Json(member, path + "." + name);
    }

    /** True unless the value is missing or null. */
    public boolean isPresent() {
        return value != null;
    }

    /** The value as text; numbers and booleans as JSON writes them. */
    public String text() {
        return String.valueOf(require());
    }

    /** The value as a whole number. */
    public long number() {
        if (require() instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException(path + " is '" + value + "', not a number");
    }

    /** The number, or another one if there is none. */
    public long numberOr(long otherwise) {
        return value instanceof Number number ? number.longValue() : otherwise;
    }

    /** The elements of an array. */
    public List<Json> elements() {
        if (require() instanceof List<?> list) {
            return list.stream().map(e -> new Json(e, path + "[]")).toList();
        }
        throw new IllegalStateException(path + " is '" + value + "', not an array");
    }

    /** The members of an object that are numbers. */
    public Map<String, Long> numbers() {
        Map<String, Long> numbers = new java.util.TreeMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach(
                    (name, member) -> {
                        if (member instanceof Number number) {
                            numbers.put(String.valueOf(name), number.longValue());
                        }
                    });
        }
        return numbers;
    }

    private Object require() {
        if (value == null) {
            throw new IllegalStateException(path + " is missing");
        }
        return value;
    }

    @Override
    public String toString() {
        return write(value);
    }

    /** JSON of maps, collections, numbers, booleans, null; everything else as a string. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            String separator = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                quote(String.valueOf(entry.getKey()), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String separator = "[";
            for (Object element : list) {
                out.append(separator);
                write(element, out);
                separator = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(String.valueOf(value), out);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
