package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.coralha.kernel.jna.Namespace;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostCheckTest {
    private static final long ALL = -1L;

    @ParameterizedTest
    @CsvSource({
        "6.1.0-18-amd64, true",
        "5.17.0, true",
        "5.16.20, false",
        "4.19.0-26-amd64, false",
        "6.18, true",
        "10.0-rc1, true",
        "custom, false",
        "'', false"
    })
    void kernelIsNewEnough(String release, boolean ok) {
        Finding kernel = new HostFacts(release, ALL, true, true, 0).findings().get(0);
        assertEquals(ok, kernel.ok(), kernel.toString());
        assertEquals(ok, kernel.remedy().isEmpty());
    }

    @Test
    void everythingMissingIsNamedWithItsRemedy() {
        List<Finding> findings = new HostFacts("5.10.0", 0, false, false, 1).findings();
        assertEquals(9, findings.size());
        for (Finding finding : findings) {
            assertFalse(finding.ok(), finding.toString());
            assertFalse(finding.remedy().isEmpty(), finding.toString());
        }
    }

    /** Hosts behind some load balancers have it. */
    @Test
    void hostThatAnswersNoArpIsFound() {
        try (Namespace network = new Namespace("ck-check")) {
            network.sh("sysctl -qw net.ipv4.conf.all.arp_ignore=1");
            Finding finding =
                    network.call(HostCheck::findings).stream()
                            .filter(found -> found.subject().equals("arp_ignore"))
                            .findFirst()
                            .orElseThrow();
            assertFalse(finding.ok(), finding.toString());
            assertTrue(finding.remedy().contains("conf.all.arp_ignore=0"), finding.toString());
        }
    }

    @Test
    void capabilitiesAreJudgedOneByOne() {
        long netAdminOnly = 1L << 12;
        List<String> good =
                new HostFacts("6.1.0", netAdminOnly, true, true, 0)
                        .findings().stream()
                                .filter(Finding::ok)
                                .map(Finding::subject)
                                .filter(subject -> subject.startsWith("CAP_"))
                                .toList();
        assertEquals(List.of("CAP_NET_ADMIN"), good);
    }

    @Test
    void capabilitiesAreReadFromTheStatusOfTheProcess() {
        assertEquals(
                0x1ffL,
                HostCheck.capabilities("Name:\tx\nCapEff:\t00000000000001ff\nCapBnd:\t0\n"));
        assertEquals(0, HostCheck.capabilities("Name:\tx\n"));
    }

    @Test
    void thisHostCanDoWhatIsNeeded() {
        List<Finding> problems =
                HostCheck.findings().stream()
                        .filter(finding -> !finding.ok() && !finding.subject().equals("bpffs"))
                        .toList();
        assertEquals(List.of(), problems);
    }

    /** Repeated, because a packet of anybody else's would be taken for a leak. */
    @RepeatedTest(10)
    void selfTestLeavesNothingBehind() {
        SwallowSelfTest.prove();
        assertTrue(Interfaces.find("coral0").isEmpty());
    }
}
