package org.coralha.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomBodyTest {
    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "100,7", "32768,1", "32769,3", "1000000,13"})
    void isTheSameEachTimeHoweverItIsCut(long sizeBytes, int pieces) throws IOException {
        RandomBody body = RandomBody.fresh(sizeBytes);
        byte[] whole = bytes(body);
        byte[] cut = bytes(body, pieces);
        assertEquals(sizeBytes, whole.length);
        assertArrayEquals(whole, cut);
        String hash = HexFormat.of().formatHex(Sha256.digest().digest(whole));
        assertEquals(hash, body.sha256());
    }

    @Test
    void isNeverTheSameTwice() throws IOException {
        RandomBody first = RandomBody.fresh(64);
        RandomBody second = RandomBody.fresh(64);
        assertNotEquals(first.nonce(), second.nonce());
        assertNotEquals(first.sha256(), second.sha256());
    }

    private static byte[] bytes(RandomBody body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out);
        return out.toByteArray();
    }

    private static byte[] bytes(RandomBody body, int pieces) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        body.writeTo(out, pieces);
        return out.toByteArray();
    }
}
