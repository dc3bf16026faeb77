package org.coralha.pair.keys;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.coralha.pair.ConfigException;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final String K1 = "11".repeat(32);
    private static final String K2 = "22".repeat(32);
    private static final String K3 = "33".repeat(32);

    private static KeyRing ring(String... lines) throws ConfigException {
        return KeyRing.parse("test", String.join("\n", lines));
    }

    private static List<String> problems(String... lines) {
        return assertThrows(ConfigException.class, () -> ring(lines)).problems();
    }

    private static ByteBuffer bytes() {
        return ByteBuffer.wrap(new byte[] {1, 2, 3});
    }

    @Test
    void theHighestNumberIsTheNewestWhateverTheOrder() throws ConfigException {
        KeyRing ring = ring("# two", "", "7 " + K2, "  3\t" + K1 + " ");
        assertEquals(7, ring.newest());
        assertEquals(List.of(3, 7), ring.ids());
        assertEquals(List.of(7), ring.newestOnly().ids());
        assertEquals(List.of(3, 7), KeyRing.parse("", ring.text("again")).ids());
        assertArrayEquals(ring.tags(), KeyRing.parse("", ring.text("again")).tags());
    }

    @Test
    void everyWrongLineIsNamedAndNoneShowsAKey() {
        List<String> problems =
                problems("1 " + K1, "1 " + K2, "2 " + K1, "0 " + K3, "256 " + K3, "x", "3 1122");
        assertEquals(6, problems.size(), problems::toString);
        assertTrue(problems.get(0).startsWith("line 2: number 1 repeats number 1"));
        assertTrue(problems.get(1).startsWith("line 3: number 2 repeats number 1"));
        assertTrue(problems.get(2).startsWith("line 4: no key"));
        assertTrue(problems.get(3).startsWith("line 5: number 256"));
        assertTrue(problems.get(5).contains("key of 2 bytes"));
        assertFalse(problems.toString().contains("1111"), problems::toString);
        assertTrue(problems("1 " + K1 + "1").get(0).contains("even number"));
        assertTrue(problems("#").get(0).contains("coralctl keys init"));
        assertTrue(problems("1 " + "11".repeat(257)).get(0).contains("32..256"));
    }

    @Test
    void eightKeysAndNoMore() throws ConfigException {
        KeyRing ring = ring("1 " + K1);
        for (int id = 2; id <= KeyRing.KEYS_MAX; id++) {
            ring = ring.with(id, secret(id));
        }
        KeyRing full = ring;
        assertEquals(8, full.ids().size());
        assertThrows(IllegalArgumentException.class, () -> full.with(9, secret(9)));
        String nine = full.text("") + "9 " + HexFormat.of().formatHex(secret(9));
        assertTrue(problems(nine).get(0).contains("coralctl keys prune"));
    }

    private static byte[] secret(int id) {
        byte[] secret = new byte[32];
        new Random(id).nextBytes(secret);
        return secret;
    }

    @Test
    void whatIsSignedIsVerifiedWithTheSameKeyOfTheSameNumberOnly() throws ConfigException {
        KeySeal one = new KeySeal(ring("1 " + K1, "2 " + K2));
        byte[] signature = one.sign(2, bytes());
        assertEquals(KeySeal.BYTES, signature.length);
        assertTrue(new KeySeal(ring("2 " + K2)).verify(2, bytes(), signature));
        assertFalse(one.verify(1, bytes(), signature));
        assertFalse(one.verify(2, ByteBuffer.wrap(new byte[] {1, 2, 4}), signature));
        signature[31] ^= 1;
        assertFalse(one.verify(2, bytes(), signature));
        assertThrows(IllegalArgumentException.class, () -> one.sign(3, bytes()));
    }

    @Test
    void twoPartiesFindTheNewestKeyThatBothHave() throws ConfigException {
        KeyRing both = ring("1 " + K1, "2 " + K2);
        assertEquals(2, both.newestAmong(both.tags()));
        assertEquals(1, both.newestAmong(ring("1 " + K1).tags()));
        assertEquals(2, both.newestAmong(ring("2 " + K2, "3 " + K3).tags()));
        assertEquals(0, both.newestAmong(ring("3 " + K3).tags()));
        // Somebody has rotated on each host on its own.
        assertEquals(1, both.newestAmong(ring("1 " + K1, "2 " + K3).tags()));
        assertEquals(0, both.newestAmong(ring("2 " + K1).tags()), "another number");
        assertEquals(0, both.newestAmong(new int[KeyRing.KEYS_MAX]));
        assertTrue(both.shares(2, ring("2 " + K2)));
        assertFalse(both.shares(2, ring("2 " + K3)));
        assertFalse(both.shares(3, ring("3 " + K3)));
    }
}
