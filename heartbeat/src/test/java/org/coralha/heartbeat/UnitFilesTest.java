package org.coralha.heartbeat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No number of ends in a short time makes systemd give a host up. */
class UnitFilesTest {
    @ParameterizedTest
    @CsvSource({
        // Exit code 0 is an operator's "coralctl stop".
        "systemd/coral-heartbeatd.service,Restart=on-failure",
        "examples/jetty.service.d-coral.conf,Restart=always"
    })
    void unitIsStartedAgainWithoutLimit(String name, String restart) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../deploy/dropin/src/main", name));
        int limit = lines.indexOf("StartLimitIntervalSec=0");
        int service = lines.indexOf("[Service]");
        assertTrue(lines.indexOf("[Unit]") < limit && limit < service, "in [Unit]: " + limit);
        assertTrue(lines.indexOf(restart) > service);
    }
}
