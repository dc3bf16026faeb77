package org.coralha.drill.endurance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FootprintTest {
    private static final Map<String, Long> WARM =
            Map.of(
                    "map.flows", 3L,
                    "map.watches", 4L,
                    "pins", 24L,
                    "spool.files", 0L,
                    "jetty.threads", 40L,
                    "jetty.heap", 20_000L);

    private static List<String> grown(String name, long value) {
        Map<String, Long> after = new HashMap<>(WARM);
        after.put("map.flows", 0L);
        after.put(name, value);
        return new Footprint(after).grownSince(new Footprint(WARM));
    }

    @Test
    void whatIsBackWhereItWasHasNotGrown() {
        assertEquals(List.of(), grown("pins", 24));
        assertEquals(List.of(), grown("jetty.threads", 60));
        assertEquals(List.of(), grown("jetty.heap", 36_000));
    }

    @Test
    void anythingLeftOfAFlowHas() {
        assertEquals(List.of("map.flows 3 -> 1"), grown("map.flows", 1));
    }

    @Test
    void soHasOnePinFileOrWatchMore() {
        assertEquals(List.of("pins 24 -> 25"), grown("pins", 25));
        assertEquals(List.of("spool.files 0 -> 1"), grown("spool.files", 1));
        assertEquals(List.of("map.watches 4 -> 5"), grown("map.watches", 5));
    }

    @Test
    void soHasAProcessBeyondWhatItsAgeExplains() {
        assertEquals(List.of("jetty.threads 40 -> 61"), grown("jetty.threads", 61));
        assertEquals(List.of("jetty.heap 20000 -> 36385"), grown("jetty.heap", 36_385));
    }

    @Test
    void hostsAreSummedAndProcessesAreNot() {
        Map<String, Long> figures = new HashMap<>();
        Footprint.add(figures, "pins 12\njetty.rss 100\n");
        Footprint.add(figures, "pins 12\njetty.rss 90\n");
        assertEquals(Map.of("pins", 24L, "jetty.rss", 100L), figures);
    }

    @Test
    void theMachineAndTheProcessesAreJudgedApart() {
        Footprint before = new Footprint(WARM);
        Footprint after = new Footprint(Map.of("pins", 25L, "jetty.threads", 100L));
        assertEquals(List.of("pins 24 -> 25"), after.ofMachine().grownSince(before.ofMachine()));
        assertEquals(
                List.of("jetty.threads 40 -> 100"),
                after.ofProcesses().grownSince(before.ofProcesses()));
    }
}
