package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.Test;

class ForeignFiltersTest {
    private static final String SHOWN =
            """
            filter protocol all pref 1 bpf chain 0
            filter protocol all pref 1 bpf chain 0 handle 0x1 coral_ingress:[12] direct-action id 12
            filter protocol all pref 1 bpf chain 0 handle 0x2 cilium_in:[9] direct-action id 9
            filter protocol ip pref 49152 u32 chain 0 fh 800: ht divisor 1
            filter protocol all pref 49152 bpf chain 0 handle 0x1 later:[7] direct-action
            """;

    @Test
    void onlyProgramsBeforeOrBesideOwnAreInTheWay() {
        assertEquals(
                List.of("tc filter cilium_in:[9] direct-action id 9 at ingress of eth0"),
                ForeignFilters.preceding(SHOWN, "ingress of eth0"));
        assertEquals(List.of(), ForeignFilters.preceding("", "ingress of eth0"));
    }

    @Test
    void nothingIsInTheWayOfAFreshInterface() {
        try (Namespace network = new Namespace("ck-foreign")) {
            network.sh("ip link add eth0 type veth peer name far");
            List<String> found =
                    network.call(() -> ForeignFilters.inTheWay(Interfaces.named("eth0")));
            assertEquals(List.of(), found);
            KernelException missing =
                    assertThrows(
                            KernelException.class,
                            () -> network.call(() -> Interfaces.named("eth7")));
            assertTrue(missing.getMessage().contains("eth7"), missing.getMessage());
        }
    }
}
