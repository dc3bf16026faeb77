package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.coralha.pair.ProtocolException;
import org.coralha.pair.fuzz.Corpus;
import org.coralha.pair.fuzz.FuzzInput;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes at control.sock: any bytes in any pieces, understood as an order or not at all. */
public final class ControlLineFuzzTest {
    private static final String REFUSED = "refused\n";
    private static final String UNFINISHED = "unfinished\n";

    /** First byte: size of the pieces. The rest is what comes. */
    public static void fuzzerTestOneInput(byte[] data) {
        FuzzInput in = new FuzzInput(data);
        int pieceBytes = 1 + in.below(64);
        byte[] sent = in.rest();
        String line = collected(sent, pieceBytes);
        assertEquals(line, collected(sent, ControlLine.LIMIT_BYTES), "pieces change nothing");
        assertEquals(expected(sent), line);
        if (line.equals(REFUSED) || line.equals(UNFINISHED)) {
            return;
        }
        assertTrue(line.indexOf('\n') < 0, line);
        try {
            ControlOrder order = ControlOrder.parse(line);
            assertEquals(line, order.line());
            assertEquals(order.kind() == ControlOrder.Kind.PAUSE, order.seconds() != 0);
            assertTrue(order.seconds() >= 0 && order.seconds() <= 86_400, line);
        } catch (ProtocolException e) {
            assertTrue(
                    e.getMessage().startsWith("unknown ") || e.getMessage().startsWith("not a "));
        }
    }

    /** The same by a simpler way. */
    private static String expected(byte[] sent) {
        byte[] kept = Arrays.copyOf(sent, Math.min(sent.length, ControlLine.LIMIT_BYTES));
        String latin = new String(kept, StandardCharsets.ISO_8859_1);
        int end = latin.indexOf('\n');
        if (end < 0) {
            return kept.length < ControlLine.LIMIT_BYTES ? UNFINISHED : REFUSED;
        }
        String line = new String(kept, 0, end, StandardCharsets.UTF_8);
        boolean whole =
                Arrays.equals(line.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(kept, end));
        return whole ? line : REFUSED;
    }

    private static String collected(byte[] sent, int pieceBytes) {
        ControlLine line = new ControlLine();
        int at = 0;
        try {
            while (at < sent.length) {
                int length =
                        Math.min(Math.min(pieceBytes, sent.length - at), line.space().remaining());
                line.space().put(sent, at, length);
                at += length;
                assertTrue(at <= ControlLine.LIMIT_BYTES, "no more is kept");
                String text = line.take();
                if (text != null) {
                    return text;
                }
            }
            return UNFINISHED;
        } catch (ProtocolException e) {
            return REFUSED;
        }
    }

    static List<Path> inputs() {
        return Corpus.of(ControlLineFuzzTest.class);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void keepsItsProperties(Path input) {
        fuzzerTestOneInput(Corpus.read(input));
    }
}
