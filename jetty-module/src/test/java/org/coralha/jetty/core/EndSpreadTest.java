package org.coralha.jetty.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.coralha.pair.FlowKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndSpreadTest {
    private static final int FIRST_PORT = 32_768;
    private static final int TENTHS = 10;

    private final EndSpread spread = EndSpread.STANDARD;

    private static FlowKey flow(String client, int port) throws Exception {
        return new FlowKey(InetAddress.getByName(client), port);
    }

    /** One client's ports follow one another; clients behind one address have near ones. */
    @ParameterizedTest
    @ValueSource(ints = {20, 64, 1000, 28_000})
    void everyTenthOfTheWindowGetsItsShare(int flows) throws Exception {
        long[] shares = new long[TENTHS];
        for (int i = 0; i < flows; i++) {
            long moment = spread.momentNanos(flow("10.1.2.3", FIRST_PORT + i));
            shares[(int) (moment * TENTHS / spread.windowNanos())]++;
        }
        long most = LongStream.of(shares).max().orElseThrow();
        long least = LongStream.of(shares).min().orElseThrow();
        assertTrue(least > 0 && most <= 2L * flows / TENTHS, most + " and " + least);
    }

    @Test
    void clientsWithTheSamePortAreSpreadAsWell() throws Exception {
        long early = 0;
        for (int i = 1; i <= 200; i++) {
            long moment = spread.momentNanos(flow("192.0.2." + i, FIRST_PORT));
            early += moment < spread.windowNanos() / 2 ? 1 : 0;
        }
        assertTrue(early > 50 && early < 150, "early: " + early);
    }

    /** The clock may be anywhere, also where it wraps. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void isDueFromItsMomentOn(long sinceNanos) throws Exception {
        for (int port : IntStream.range(FIRST_PORT, FIRST_PORT + 100).toArray()) {
            FlowKey flow = flow("2001:db8::7", port);
            long moment = spread.momentNanos(flow);
            assertFalse(moment > 0 && spread.isDue(flow, sinceNanos, sinceNanos + moment - 1));
            assertTrue(spread.isDue(flow, sinceNanos, sinceNanos + moment));
            assertTrue(spread.isDue(flow, sinceNanos, sinceNanos + spread.windowNanos()));
        }
    }

    @Test
    void refusesAWindowThatIsNone() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> new EndSpread(0)).getMessage();
        assertEquals("window of 0 ns: needs 1 or more", message);
    }
}
