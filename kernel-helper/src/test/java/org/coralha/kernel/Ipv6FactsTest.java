package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IPv6 service needs of a host, by what the kernel says. Needs root. */
class Ipv6FactsTest {
    private static final String HOST = "fd79000200000000000000000000000b";

    private static InetAddress service() {
        try {
            return InetAddress.getByName("fd79:2::100");
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Ipv6Facts facts(List<String[]> addresses, String route) {
        return new Ipv6Facts("eth0", service(), addresses, Map.of("2000::1", route));
    }

    @ParameterizedTest
    @CsvSource({
        // address, scope, flags, interface, whether it may be a source beside the advertised one
        HOST + ", 00, 80, eth0, true",
        HOST + ", 00, c0, eth0, true", // tentative: soon
        HOST + ", 00, a0, eth0, false", // deprecated
        HOST + ", 00, c8, eth0, false", // a duplicate
        HOST + ", 20, 80, eth0, false", // of the link
        HOST + ", 00, 80, eth1, false",
        "fd790002000000000000000000000100, 00, 80, eth0, false", // the service's own
    })
    void sourceOfItsOwn(String address, String scope, String flags, String device, boolean ok) {
        String[] line = {address, "02", "40", scope, flags, device};
        Finding finding = facts(List.<String[]>of(line), "").findings().get(0);
        assertEquals(ok, finding.ok(), finding.toString());
        assertEquals(ok, finding.remedy().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "2000::1 from :: via fd79:2::1 dev eth0 src fd79:2::100 metric 1024, true",
        "unreachable 2000::1 from fd79:2::100 dev lo table unspec metric -1, true",
        "2000::1 from fd79:2::100 via fe80::1 dev eth1 src fd00::5 metric 1024, false",
        "2000::1 from fd79:2::100 dev dev src fd00::5, false",
    })
    void waysOfReplies(String route, boolean ok) {
        Finding finding = facts(List.of(), route).findings().get(1);
        assertEquals(ok, finding.ok(), finding.toString());
    }

    @Test
    void kernelsOwnWordsAreUnderstood() {
        try (Namespace network = new Namespace("ck-six")) {
            network.sh(
                    "sysctl -qw net.ipv6.conf.all.disable_ipv6=0"
                            + " net.ipv6.conf.default.disable_ipv6=0"
                            + " net.ipv6.conf.default.accept_dad=0;"
                            + " for i in 0 1; do ip link add eth$i type veth peer name far$i &&"
                            + " ip link set eth$i up && ip link set far$i up; done");
            AddressOnTrial trial = new AddressOnTrial(network);
            trial.expect(false, true); // no address, and no way at all
            network.sh("ip address add fd79:2::b/64 dev eth0 nodad");
            trial.expect(true, true);
            network.sh(
                    "ip address add fd79:3::b/64 dev eth1 nodad;"
                            + " ip -6 route add default via fd79:3::1 dev eth1 metric 100");
            trial.expect(true, false);
            network.sh("ip -6 route add default via fd79:2::1 dev eth0 metric 200");
            trial.expect(true, false);
            network.sh("ip -6 route add default via fd79:2::1 dev eth0 metric 50");
            trial.expect(true, true);
            network.sh("ip -6 route add fd79:9::/64 via fd79:3::1 dev eth1");
            trial.expect(true, false); // to an outside host
            network.sh("ip address flush dev eth0 scope global");
            trial.expect(false, false);
        }
    }

    /** The whole check of the host, for an outside host at fd79:9::1. */
    private record AddressOnTrial(Namespace network) {
        void expect(boolean source, boolean routes) {
            List<Finding> found =
                    network.call(
                            () ->
                                    Ipv6Facts.read(
                                                    "eth0",
                                                    service(),
                                                    List.of(InetAddress.getByName("fd79:9::1")))
                                            .findings());
            assertEquals(source, found.get(0).ok(), found.toString());
            assertEquals(routes, found.get(1).ok(), found.toString());
        }
    }

    @Test
    void bothProblemsAreNamedAtOnceWithTheirRemedies() {
        List<Finding> found = facts(List.of(), "2000::1 via fe80::1 dev eth1").findings();
        assertEquals(2, found.stream().filter(one -> !one.ok()).count());
        assertTrue(found.get(0).remedy().contains("ip address add"), found.toString());
        assertTrue(found.get(1).detail().contains("2000::1 by eth1"), found.toString());
        assertTrue(found.get(1).remedy().contains("dev eth0"), found.toString());
    }
}
