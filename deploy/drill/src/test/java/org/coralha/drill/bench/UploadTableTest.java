package org.coralha.drill.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.bench.UploadSample.Figures;
import org.junit.jupiter.api.Test;

class UploadTableTest {
    private static UploadSample upload(int cableMbit, long pairMicros) {
        Figures plain = new Figures(200_000_000, 1_000_000, 800_000, List.of());
        Figures pair = new Figures(200_000_000, pairMicros, 1_600_000, List.of());
        return new UploadSample("lazy", cableMbit, "200000000", 1, plain, pair, 1);
    }

    private static UploadSample small(long late) {
        List<Long> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(i < late ? 41_000L : 1000L);
        }
        Figures plain = new Figures(0, 0, 0, List.of(1000L, 2000L));
        return new UploadSample(
                "eager", 0, "get-split", 1, plain, new Figures(0, 0, 0, replies), 0);
    }

    private static List<String> rows(List<UploadSample> samples) {
        return UploadTable.render(samples)
                .lines()
                .filter(line -> line.startsWith("| lazy") || line.startsWith("| eager"))
                .toList();
    }

    @Test
    void ratiosAreOfTheRoundAndTheirSpreadIsShown() {
        List<UploadSample> samples =
                List.of(upload(500, 1_000_000), upload(0, 1_250_000), upload(0, 2_000_000));
        List<String> rows = rows(samples);
        String first = "| lazy | - | 200 | 1 | 2 | 65.0 (50.0 to 80.0) | 200 | 130 | 4000, 8000 |";
        assertTrue(rows.get(0).startsWith(first) && rows.get(0).endsWith(" 2 |"), rows.get(0));
        assertTrue(rows.get(1).startsWith("| lazy | 500 | 200 | 1 | 1 | 100.0 "), rows.get(1));
    }

    @Test
    void repliesThatWaitedForAnAcknowledgementAreCounted() {
        List<String> rows = rows(List.of(small(3), small(0)));
        assertEquals(
                "| eager | GET, two pieces | plain | 4 | 0.0 | 2.0 | 2.0 | 2.0 |", rows.get(0));
        assertEquals(
                "| eager | GET, two pieces | pair | 200 | 1.5 | 1.0 | 41.0 | 41.0 |", rows.get(1));
    }

    @Test
    void samplesAreKeptAsTheyAre() {
        assertEquals(upload(500, 7), UploadSample.parse(upload(500, 7).toJson()));
        assertEquals(small(3), UploadSample.parse(small(3).toJson()));
    }

    @Test
    void aPatternThatIsNoneIsNamed() {
        String said =
                assertThrows(IllegalArgumentException.class, () -> SmallPattern.named("put"))
                        .getMessage();
        assertTrue(said.contains("'put'"), said);
    }
}
