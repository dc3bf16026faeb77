package org.coralha.heartbeat.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.coralha.pair.HostId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clocks differ by what a host has ever been suspended: the core must not see two of them. */
final class NodeClockTest {
    @TempDir private Path directory;

    @Test
    void theCoreBeginsOnTheClockOfTheLease() throws Exception {
        TestNode host = new TestNode(HostId.A, TestNode.properties(), directory);
        try (Node begun = host.node) {
            assertTrue(host.clockReads.get() > 0, "the core began on another clock: " + begun);
        }
    }
}
