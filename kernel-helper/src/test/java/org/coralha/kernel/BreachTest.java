package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters that somebody else removed are missed. Needs root. */
@SameWithAnyJava
class BreachTest {
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

    private Optional<String> breach() {
        return hosts.a.namespace.call(() -> hosts.a.plane.breach());
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void wholeDataPlaneHoldsInEveryModeAndWithoutCarrier(Family family) {
        hosts.close();
        hosts = new TwoHosts(family);
        hosts.wire.isSilent();
        for (DataPlane.Mode mode : DataPlane.Mode.values()) {
            hosts.a.plane.mode(mode);
            assertEquals(Optional.empty(), breach());
        }
        hosts.a.pullCable();
        assertEquals(Optional.empty(), breach());
        hosts.a.namespace.sh("ip link set eth0 down");
        assertEquals(Optional.empty(), breach());
    }

    @ParameterizedTest
    @CsvSource({
        "IPV4, ip address flush dev lo",
        "IPV6, ip address flush dev eth0",
        "IPV6, ip link set eth0 mtu 1200"
    })
    void lossOfTheAddressIsSeen(Family family, String command) {
        hosts.close();
        hosts = new TwoHosts(family);
        hosts.wire.isSilent();
        assertEquals(Optional.empty(), breach());
        hosts.a.namespace.sh(command);
        Optional<String> breach = breach();
        assertTrue(breach.isPresent() && breach.get().contains("advertised"), breach.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tc qdisc del dev eth0 clsact",
                "tc filter del dev eth0 ingress",
                "tc filter del dev eth0 egress",
                "ip link set eth0 down && ip link set eth0 name was0",
                "ip link set eth0 down && ip link set eth0 name was0"
                        + " && ip link add eth0 type veth peer name far",
                "ip link del eth0"
            })
    void removalByOthersIsSeen(String command) {
        hosts.a.namespace.sh(command);
        Optional<String> breach = breach();
        assertTrue(breach.isPresent() && breach.get().contains("eth0"), breach.toString());
    }
}
