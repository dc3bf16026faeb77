package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.coralha.heartbeat.format.HostTraits;
import org.coralha.heartbeat.format.HostTraits.Trait;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraitReaderTest {
    @TempDir Path directory;

    @Test
    void theKernelsNumbersAreRead() throws IOException {
        Path ipv4 = Files.createDirectories(directory.resolve("net/ipv4"));
        Files.writeString(ipv4.resolve("tcp_rmem"), "4096\t131072\t33554432\n");
        Files.writeString(ipv4.resolve("tcp_sack"), "0\n");
        Files.writeString(ipv4.resolve("tcp_ecn"), "garbage\n");
        HostTraits read = TraitReader.read("0.1.0", directory, "lo");
        HostTraits expected =
                HostTraits.of(
                        "0.1.0",
                        Map.of(Trait.RECEIVE_BUFFER, 33_554_432, Trait.SACK, 0, Trait.MTU, 65_536));
        assertEquals(List.of(), read.differing(expected));
    }
}
