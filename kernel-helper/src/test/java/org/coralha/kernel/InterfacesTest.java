package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ip -6 neighbour show} says. */
class InterfacesTest {
    @Test
    void neighbourOfIpv6IsFoundByItsAddress() {
        MacAddress mac = MacAddress.of(new byte[] {2, 0, 0, 0, 0, 0x1f});
        for (String state : new String[] {"REACHABLE", "STALE", "router DELAY", "PERMANENT"}) {
            String line = "fd79:2::12 lladdr 02:00:00:00:00:1f " + state + " \n";
            assertEquals(Optional.of(mac), Interfaces.findIpv6(line), state);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fd79:2::12 INCOMPLETE",
                "fd79:2::12 FAILED",
                "fd79:2::12 lladdr 02:00:00:00:00:1f FAILED",
                "Cannot find device \"eth9\""
            })
    void neighbourThatDoesNotAnswerIsNotFound(String line) {
        assertEquals(Optional.empty(), Interfaces.findIpv6(line));
    }
}
