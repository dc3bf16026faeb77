package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.coralha.kernel.jna.BpfBatch;
import org.coralha.kernel.jna.BpfMap;
import org.coralha.kernel.jna.BpfObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sweep deletes what is still closed, and nothing that lives. Needs root. */
@SameWithAnyJava
class ClosedEntriesTest {
    private static final long NOW = 1000;

    private static byte[] key(int number) {
        return ByteBuffer.allocate(PinLayout.FLOW_KEY_BYTES).putInt(number).array();
    }

    private static void close(BpfMap map, int number, int valueBytes, int closedAt, long closedNs) {
        byte[] value = new byte[valueBytes];
        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).putLong(closedAt, closedNs);
        map.put(key(number), value);
    }

    @ParameterizedTest
    @CsvSource({
        "flows," + PinLayout.FLOW_BYTES + "," + PinLayout.FLOW_CLOSED + ",true",
        "locals," + PinLayout.LOCAL_BYTES + "," + PinLayout.LOCAL_CLOSED + ",false",
        "guarded," + PinLayout.GUARD_BYTES + "," + PinLayout.GUARD_CLOSED + ",true"
    })
    void portThatIsUsedAgainKeepsItsNewEntry(
            String name, int valueBytes, int closedAt, boolean locked) {
        try (BpfObject programs = ObjectFile.load(Map.of())) {
            BpfMap map = programs.map(name, PinLayout.FLOW_KEY_BYTES, valueBytes);
            try (BpfBatch batch = new BpfBatch(map, locked, 4096)) {
                ClosedEntries entries = new ClosedEntries(map, batch, closedAt, locked);
                for (int number = 1; number <= 4; number++) {
                    close(map, number, valueBytes, closedAt, number == 4 ? NOW + 1 : NOW - number);
                }
                List<byte[]> old = entries.before(NOW);
                assertEquals(3, old.size());
                close(map, 1, valueBytes, closedAt, 0);
                close(map, 2, valueBytes, closedAt, NOW + 1);
                assertEquals(1, entries.deleteBefore(old, NOW));
                assertTrue(map.get(key(1)).isPresent() && map.get(key(2)).isPresent());
                assertTrue(map.get(key(3)).isEmpty() && map.get(key(4)).isPresent());
                entries.deleteAll();
                assertEquals(List.of(), map.keys(10));
            }
        }
    }
}
