package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AlarmsTest {
    private static final long S = TimeUnit.SECONDS.toNanos(1);

    private final List<String> lines = new ArrayList<>();
    private final Alarms alarms = new Alarms(lines::add);

    private Map<String, Object> shown() {
        return JsonReader.object(alarms.json(System.nanoTime()).toString());
    }

    @Test
    void oneLineForEachKindAndSourceInTenSeconds() {
        for (int i = 0; i < 1000; i++) {
            alarms.raise("heartbeat.hmac", "10.0.0.1", "refused");
        }
        alarms.raise("heartbeat.hmac", "10.0.0.2", "refused");
        alarms.raise("heartbeat.replay", "10.0.0.1", "refused");
        assertEquals(List.of(), lines, "raising writes nothing");
        alarms.tell(S);
        assertEquals(3, lines.size(), lines::toString);
        assertTrue(
                lines.contains(
                        "ALARM heartbeat.hmac from 10.0.0.1: refused (1000 more, 1000 in all)"),
                lines::toString);
        alarms.raise("heartbeat.hmac", "10.0.0.1", "refused again", 4);
        alarms.tell(10 * S);
        assertEquals(3, lines.size());
        alarms.tell(11 * S);
        alarms.tell(30 * S);
        assertEquals(4, lines.size());
        assertTrue(lines.get(3).endsWith("refused again (4 more, 1004 in all)"), lines.get(3));
    }

    @Test
    void statusShowsKindSourceCountAndAge() {
        alarms.raise("socket.control", "user nobody", "refused");
        Map<String, Object> one = JsonReader.inner(shown(), "socket.control user nobody");
        assertEquals("socket.control", one.get("kind"));
        assertEquals("user nobody", one.get("source"));
        assertEquals(1L, one.get("count"));
        assertTrue((Long) one.get("ageMs") >= 0);
        assertTrue(String.valueOf(one.get("last")).contains("T"), one::toString);
    }

    @Test
    void inventedSourcesFillNoMemory() {
        for (int i = 0; i < 10_000; i++) {
            alarms.raise("heartbeat.source", "10.0." + i / 256 + "." + i % 256, "refused");
        }
        Map<String, Object> all = shown();
        assertEquals(Alarms.SOURCES_MAX + 1, all.size());
        Map<String, Object> rest = JsonReader.inner(all, "heartbeat.source other sources");
        assertEquals(10_000L - Alarms.SOURCES_MAX, rest.get("count"));
    }
}
