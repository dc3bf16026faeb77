package org.coralha.drill.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import org.coralha.drill.json.Json;
import org.coralha.drill.lab.LoadResult;
import org.junit.jupiter.api.Test;

class NetworkCaseTest {
    private static final String RECORD =
            "{\"kind\":\"small\",\"replies\":7,\"failed\":%d,\"corrupted\":0,\"reset\":0,"
                    + "\"faultPauseMicros\":0,\"problem\":\"\"}";

    @Test
    void everyNameLeadsBackToItsCase() {
        List<NetworkCase> all = NetworkCase.all();
        for (NetworkCase one : all) {
            assertEquals(one, NetworkCase.named(one.name()));
        }
        assertEquals(all.size(), new HashSet<>(all).size());
        assertThrows(IllegalArgumentException.class, () -> NetworkCase.named("wan/80/load"));
    }

    @Test
    void theTableIsWhole() {
        List<PathCase> all = PathCase.all();
        long ofTheTable =
                all.stream().filter(one -> one.path() != PacketPath.INSIDE_BACKUP).count();
        assertEquals(9 * 4 * 3 * 3, ofTheTable);
        assertEquals(3 * 3, all.size() - ofTheTable);
        assertEquals(3 * 3, WanCase.all().size());
    }

    @Test
    void rulesNameThePathAndTheMishap() {
        assertEquals(
                List.of("from:dport=8080,data:lose=5"),
                PacketPath.CLIENT_DATA_COPY.rules(Mishap.LOSE, 5));
        assertEquals(
                List.of("to:dport=7800,data:reorder=20/4", "to:sport=7800,data:reorder=20/4"),
                PacketPath.SERVER_DATA_TO_BACKUP.rules(Mishap.REORDER, 20));
    }

    @Test
    void whatFailedOrWasFoundIsNoSuccess() {
        assertTrue(outcome(0, List.of()).passed());
        assertFalse(outcome(1, List.of()).passed());
        assertFalse(outcome(0, List.of("executed 2 times")).passed());
    }

    @Test
    void tableShowsWhatWasFound() {
        String table = OutcomeTable.render(List.of(outcome(1, List.of("executed twice"))));
        assertTrue(
                table.endsWith("| `any`, **executed twice** | 10 | 1 | 7 | 1 | 0 | 0 | 0 |\n"),
                table);
    }

    private static CaseOutcome outcome(int failed, List<String> faults) {
        LoadResult load = new LoadResult(List.of(Json.parse(String.format(RECORD, failed))));
        return new CaseOutcome("any", load, 10, 1, false, faults);
    }
}
