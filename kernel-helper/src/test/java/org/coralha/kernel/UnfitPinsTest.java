package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pins that do not fit are replaced; the filters on them fence until then. Needs root. */
class UnfitPinsTest {
    private TwoHosts hosts;

    @BeforeEach
    void build() {
        hosts = new TwoHosts();
        hosts.wire.isSilent();
    }

    @AfterEach
    void remove() {
        hosts.close();
    }

    private void spoilPins() throws IOException {
        Path maps = hosts.a.spec().pinDirectory().resolve("v" + PinLayout.VERSION);
        Files.delete(maps.resolve("flows"));
        Files.move(maps.resolve("locals"), maps.resolve("flows"));
    }

    @Test
    void filtersAreReplacedAndNeverRemoved() throws Exception {
        hosts.a.plane.close();
        spoilPins();
        Process monitor = hosts.a.namespace.start("tc", "monitor");
        try (InputStream seen = monitor.getInputStream()) {
            // What the monitor shows of this says that it listens.
            hosts.a.namespace.sh(
                    "for i in 1 2 3 4 5; do tc qdisc add dev lo clsact;"
                            + " tc qdisc del dev lo clsact; sleep 0.1; done");
            hosts.a.open();
            hosts.a.namespace.sh("tc qdisc add dev lo clsact; tc qdisc del dev lo clsact");
            monitor.waitFor(300, TimeUnit.MILLISECONDS);
            monitor.toHandle().destroy();
            String text = new String(seen.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.contains("qdisc clsact"), text);
            assertTrue(text.contains("coral_egress"), text);
            assertFalse(text.contains("deleted filter"), text);
        }
        assertEquals(DataPlane.Mode.FENCED, hosts.a.plane.mode());
        assertTrue(hosts.a.namespace.call(() -> hosts.a.plane.breach()).isEmpty());
    }

    @Test
    void qdiscOfTheOldPinsIsStillRemovedWithTheNewOnes() throws Exception {
        hosts.a.plane.close();
        spoilPins();
        hosts.a.open();
        hosts.a.namespace.call(
                () -> {
                    PinnedDataPlane.detach(hosts.a.spec());
                    return null;
                });
        String left = hosts.a.namespace.sh("tc qdisc show dev eth0");
        assertFalse(left.contains("clsact"), left);
    }
}
