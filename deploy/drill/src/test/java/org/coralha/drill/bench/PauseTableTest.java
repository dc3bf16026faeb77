package org.coralha.drill.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PauseTableTest {
    private static PauseSample sample(PauseCase what, long fromMicros, long wrong) {
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            pauses.add(fromMicros + i * 1000L);
        }
        return new PauseSample(what, pauses, pauses, 5000, wrong, 40, 2, 3, Map.of("flows", 64L));
    }

    @Test
    void percentilesAreOverAllConnectionsOfAllRuns() {
        List<PauseSample> samples =
                List.of(
                        sample(PauseCase.PRIMARY_KILL, 100_000, 1),
                        sample(PauseCase.UNDISTURBED, 0, 0),
                        sample(PauseCase.PRIMARY_KILL, 0, 0));
        List<String> lines = PauseTable.render(samples).lines().toList();
        assertEquals(4, lines.size());
        assertTrue(
                lines.get(2).startsWith("| undisturbed | 1 | 100 | 50.0 | 99.0 | 100.0 |"),
                lines.get(2));
        assertTrue(
                lines.get(3)
                        .startsWith(
                                "| kill -9 of the primary's Jetty | 2 | 200 | 100.0 | 198.0 | 200.1 |"
                                        + " 50.0 to 150.0 | 100.0 to 200.1 | 2 | 3 | 40 | 1 |"),
                lines.get(3));
    }

    @Test
    void samplesAreKeptAsTheyAre() {
        PauseSample sample = sample(PauseCase.BACKUP_CABLE, 7, 0);
        assertEquals(sample, PauseSample.parse(sample.toJson()));
    }

    @Test
    void aCaseThatIsNotOneIsRefusedWithAllThatAre() {
        String said =
                assertThrows(IllegalArgumentException.class, () -> PauseCase.named("power"))
                        .getMessage();
        assertTrue(said.contains("'power'") && said.contains("primary-cable"), said);
    }

    @Test
    void timersAreReadFromTheKernelsLines() {
        String text =
                """
                TcpExt: SyncookiesSent TCPLossProbes TCPTimeouts
                TcpExt: 1 20 300
                IpExt: InNoRoutes
                IpExt: 0
                Tcp: RtoAlgorithm RetransSegs OutRsts
                Tcp: 1 44 9
                """;
        assertEquals(new ClientTcp(320, 44), ClientTcp.parse(text));
        ClientTcp later = new ClientTcp(321, 46);
        assertEquals(new ClientTcp(1, 2), later.minus(ClientTcp.parse(text)));
    }
}
