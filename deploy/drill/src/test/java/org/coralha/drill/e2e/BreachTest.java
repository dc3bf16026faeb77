package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody removes the filters of a host: it gives the address up, and comes back whole. Over both
 * families, because an IPv6 address lies on the interface and an IPv4 address does not.
 */
@LabTest
class BreachTest {
    private static final int LIMIT_MS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {"PRIMARY", "BACKUP"})
    void hostWithoutFiltersLeaves(String role, PairInLab pair) {
        Lab lab = pair.duplex();
        String host = lab.status().hostWith(role);
        lab.exec(host, LIMIT_MS, List.of("tc", "qdisc", "del", "dev", "eth0", "clsact"));
        lab.awaitSimplex(LabStatus.peer(host), LIMIT_MS);
        String address = lab.service().getAddress().getHostAddress();
        String addresses = lab.exec(host, LIMIT_MS, List.of("ip", "-o", "address")).out();
        assertFalse(addresses.contains(address + "/"), addresses);
        lab.restore(180);
        assertEquals("DUPLEX", lab.status().mode());
    }
}
