package org.coralha.heartbeat.io;

import java.util.LinkedHashMap;
import java.util.Map;
import org.coralha.pair.fuzz.FuzzInput;

/** JSON objects as maps: made of an input, and written as the daemon writes. */
final class JsonValues {
    private static final int DEPTH_LIMIT = 5;
    private static final int MEMBERS = 6;
    private static final int TEXT_BYTES = 24;

    private JsonValues() {}

    static JsonWriter write(Map<String, Object> object) {
        JsonWriter out = new JsonWriter();
        object.forEach((name, value) -> put(out, name, value));
        return out;
    }

    @SuppressWarnings("unchecked")
    private static void put(JsonWriter out, String name, Object value) {
        if (value instanceof Map<?, ?> inner) {
            out.put(name, write((Map<String, Object>) inner));
        } else if (value instanceof Long number) {
            out.put(name, number.longValue());
        } else if (value instanceof Boolean flag) {
            out.put(name, flag.booleanValue());
        } else {
            out.put(name, (String) value);
        }
    }

    /** How many objects lie in each other, this one included. */
    static int depth(Map<?, ?> object) {
        int inner = 0;
        for (Object value : object.values()) {
            inner = Math.max(inner, value instanceof Map<?, ?> map ? depth(map) : 0);
        }
        return 1 + inner;
    }

    static Map<String, Object> object(FuzzInput in) {
        return object(in, DEPTH_LIMIT);
    }

    private static Map<String, Object> object(FuzzInput in, int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = in.below(MEMBERS); i > 0; i--) {
            object.put(in.text(TEXT_BYTES), value(in, depth));
        }
        return object;
    }

    private static Object value(FuzzInput in, int depth) {
        return switch (in.below(5)) {
            case 0 -> in.text(TEXT_BYTES);
            case 1 -> in.number64();
            case 2 -> in.flag();
            case 3 -> depth == 1 ? null : object(in, depth - 1);
            default -> null;
        };
    }
}
