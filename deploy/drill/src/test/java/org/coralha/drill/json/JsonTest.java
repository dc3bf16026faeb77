package org.coralha.drill.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void readsWhatItWrites() {
        String text = Json.write(Map.of("a", List.of(1, "x\"y\n", true)));
        Json json = Json.parse(text);
        assertEquals(1, json.get("a").elements().get(0).number());
        assertEquals("x\"y\n", json.get("a").elements().get(1).text());
        assertEquals(text, json.toString());
    }

    @Test
    void readsAStatusDocument() {
        Json json =
                Json.parse(
                        "{ \"mode\" : \"DUPLEX\", \"hosts\":{\"a\":{\"epoch\":3}}, \"n\":null}\n");
        assertEquals("DUPLEX", json.get("mode").text());
        assertEquals(3, json.get("hosts").get("a").get("epoch").number());
        assertFalse(json.get("n").isPresent());
        assertEquals(-1, json.get("hosts").get("z").get("epoch").numberOr(-1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"a\"}", "[1,", "[1 2]", "{} x", "nope", "\"open"})
    void refusesWhatIsNoJson(String text) {
        assertThrows(IllegalArgumentException.class, () -> Json.parse(text));
    }

    @Test
    void namesWhatIsMissing() {
        IllegalStateException e =
                assertThrows(
                        IllegalStateException.class,
                        () -> Json.parse("{}").get("hosts").get("a").text());
        assertEquals("$.hosts.a is missing", e.getMessage());
    }
}
