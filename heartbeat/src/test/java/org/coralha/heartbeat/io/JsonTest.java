package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void whatIsWrittenIsRead() {
        String json =
                new JsonWriter()
                        .put("text", "a \"b\" \\ \n ü")
                        .put("number", -5)
                        .put("yes", true)
                        .put("nothing", (String) null)
                        .put("inner", new JsonWriter().put("x", 1))
                        .put("counters", Map.of("c", 7L))
                        .toString();
        Map<String, Object> read = JsonReader.object(json);
        assertEquals("a \"b\" \\ \n ü", read.get("text"));
        assertEquals(-5L, read.get("number"));
        assertEquals(true, read.get("yes"));
        assertEquals(null, read.get("nothing"));
        assertEquals(1L, JsonReader.inner(read, "inner").get("x"));
        assertEquals(7L, JsonReader.inner(read, "counters").get("c"));
        assertEquals(-1, json.indexOf('\n'));
    }

    @Test
    void brokenTextIsRefused() {
        for (String broken : new String[] {"", "{", "{\"a\"}", "{\"a\":x}", "{}x", "{\"a\":1"}) {
            assertThrows(IllegalArgumentException.class, () -> JsonReader.object(broken), broken);
        }
    }
}
