package org.coralha.heartbeat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No number of ends in a short time makes systemd give a host up. */
class UnitFilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"systemd/coral-heartbeatd.service", "examples/jetty.service.d-coral.conf"})
    void unitIsStartedAgainWithoutLimit(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../deploy/dropin/src/main", name));
        int limit = lines.indexOf("StartLimitIntervalSec=0");
        int service = lines.indexOf("[Service]");
        assertTrue(lines.indexOf("[Unit]") < limit && limit < service, "in [Unit]: " + limit);
        assertTrue(lines.indexOf("Restart=always") > service);
    }
}
