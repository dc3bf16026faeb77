package org.coralha.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;

/** The named counters of the data plane. Names come from the object file itself. */
final class Counters {
    private final BpfMap map;
    private final List<String> names;

    Counters(BpfObject programs) {
        map = programs.map("counters", Integer.BYTES, Long.BYTES * BpfMap.processors());
        names = names(programs.readOnlyData(".rodata.names"));
    }

    /** The names in a zero-terminated list with blanks between. */
    static List<String> names(byte[] section) {
        String text = new String(section, StandardCharsets.US_ASCII);
        return List.of(text.replace("\0", "").strip().split(" "));
    }

    /** Every counter, summed over processors, in the order of {@code stats.h}. */
    Map<String, Long> read() {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            long sum = map.get(Words.ofInt(i)).map(Counters::sum).orElse(0L);
            sums.put(names.get(i), sum);
        }
        return sums;
    }

    private static long sum(byte[] perProcessor) {
        ByteBuffer values = ByteBuffer.wrap(perProcessor).order(ByteOrder.nativeOrder());
        long sum = 0;
        while (values.hasRemaining()) {
            sum += values.getLong();
        }
        return sum;
    }
}
