package org.coralha.heartbeat.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.coralha.heartbeat.format.HostTraits.Trait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostTraitsTest {
    private static HostTraits with(Trait trait, int value) {
        return HostTraits.of("0.1.0", Map.of(trait, value));
    }

    @ParameterizedTest
    @CsvSource({
        "TIMESTAMPS,1,2,alike",
        "TIMESTAMPS,0,1,differ",
        "TIMESTAMPS,0,2,differ",
        "SACK,0,1,differ",
        "WINDOW_SCALING,0,1,differ",
        "ECN,1,2,alike",
        "ECN,0,2,differ",
        "ECN,2,3,differ",
        "ECN,3,5,alike",
        "RECEIVE_BUFFER,4194304,6291456,alike",
        "RECEIVE_BUFFER,6291456,33554432,differ",
        "RECEIVE_BUFFER,1073741824,2147483647,alike",
        "ANY_RECEIVE_BUFFER,212992,4194304,alike",
        "ANY_RECEIVE_BUFFER,212992,67108864,differ",
        "MTU,1500,1400,differ"
    })
    void onlyWhatNegotiatesDifferentlyDiffers(Trait trait, int one, int other, String verdict) {
        List<String> found = with(trait, one).differing(with(trait, other));
        assertEquals(verdict, found.isEmpty() ? "alike" : "differ", found.toString());
    }

    @Test
    void bothValuesAreNamed() {
        assertEquals(
                List.of("net.ipv4.tcp_timestamps is 0 here and 2 at the peer"),
                with(Trait.TIMESTAMPS, 0).differing(with(Trait.TIMESTAMPS, 2)));
        assertEquals(
                List.of(
                        "net.ipv4.tcp_rmem is 6291456 with net.core.rmem_max 0 here and 6291456"
                                + " with net.core.rmem_max 67108864 at the peer"),
                with(Trait.ANY_RECEIVE_BUFFER, 0)
                        .differing(with(Trait.ANY_RECEIVE_BUFFER, 67_108_864)));
    }

    @ParameterizedTest
    @CsvSource({"0.1.0,0.1.7,alike", "0.1.0,0.2.0,differ", "1.1.0,0.1.0,differ", "0.1.0,x,differ"})
    void releasesOfOneSeriesPair(String one, String other, String verdict) {
        List<String> found = HostTraits.of(one, Map.of()).differing(HostTraits.of(other, Map.of()));
        assertEquals(verdict, found.isEmpty() ? "alike" : "differ", found.toString());
    }

    @Test
    void theSameComesOutOfAHeartbeatAsWentIn() {
        HostTraits traits = HostTraits.of("12.345.6-SNAPSHOT-too-long", Map.of(Trait.MTU, 9000));
        ByteBuffer wire = ByteBuffer.allocate(HostTraits.wireBytes());
        traits.writeTo(wire);
        HostTraits read = HostTraits.readFrom(wire.flip());
        assertEquals(List.of(), traits.differing(read));
        assertEquals("12.345.6-SNAPSHO", read.release());
        assertEquals(0, wire.remaining());
    }
}
