package org.coralha.heartbeat;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.CommandSpec;

/** No number of ends in a short time makes systemd give a host up; units and programs agree. */
class UnitFilesTest {
    private static final Path UNITS = Path.of("../deploy/dropin/src/main");

    @ParameterizedTest
    @CsvSource({
        // Exit code 0 is an operator's "coralctl stop".
        "systemd/coral-heartbeatd.service,Restart=on-failure",
        "systemd/coral-witnessd.service,Restart=always",
        "examples/jetty.service.d-coral.conf,Restart=always"
    })
    void unitIsStartedAgainWithoutLimit(String name, String restart) throws IOException {
        List<String> lines = Files.readAllLines(UNITS.resolve(name));
        int limit = lines.indexOf("StartLimitIntervalSec=0");
        int service = lines.indexOf("[Service]");
        assertTrue(lines.indexOf("[Unit]") < limit && limit < service, "in [Unit]: " + limit);
        assertTrue(lines.indexOf(restart) > service);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemd/coral-heartbeatd.service",
                "systemd/coral-witnessd.service",
                "examples/jetty.service.d-coral.conf"
            })
    void memoryWithKeysIsNotWrittenToADisk(String name) throws IOException {
        assertTrue(Files.readAllLines(UNITS.resolve(name)).contains("LimitCORE=0"));
    }

    @Test
    void witnessUnitSaysWhatTheProgramAssumes() throws IOException {
        CommandSpec program = CommandSpec.forAnnotatedObject(new WitnessDaemon());
        String unit = Files.readString(UNITS.resolve("systemd/coral-witnessd.service"));
        for (String option : List.of("--port", "--keys", "--state-dir")) {
            String value = program.findOption(option).defaultValue();
            assertTrue(unit.matches("(?s).* " + option + " " + value + "\\s.*"), option);
        }
    }
}
