package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.KernelFacts;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabOptions;
import org.coralha.drill.lab.TwoStacks;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The pair on two virtual machines. Hosts in namespaces share one kernel, and with it the secrets
 * and the clock that sequence numbers and timestamps are made of; these share nothing. Needs root,
 * and what {@code ./coral setup --vm} installs: {@code ./coral test --vm}.
 */
@Tag("vm")
@EnabledIfSystemProperty(named = "coral.vm", matches = "true")
@ExtendWith(LabExtension.class)
class TwoKernelsTest {
    private static final int PLACE_LIMIT_MS = 90_000;
    private static final int FINISH_LIMIT_MS = 120_000;
    private static final int CONNECTIONS = 3;

    /** Whole replies: 3 on the idle connection, 3 around the upload, 2 with the download. */
    private static final int REPLIES = 8;

    /** One kernel numbers the same connection on two hosts one after the other, 64 ns a number. */
    private static final long ONE_KERNEL_ISN = 1 << 24;

    private static final long ONE_KERNEL_TIMESTAMP_MS = 60_000;

    @Test
    void connectionsGoOnAtAnotherKernelWhenTheCableIsPulled(PairInLab pair) {
        Lab lab = pair.duplex(LabOptions.PLAIN.virtualMachines());
        assertTwoKernels(lab);
        try (Drill drill = Drill.begin(lab, true)) {
            drill.load().open(Kind.IDLE, 1);
            drill.load().open(Kind.UPLOAD_PART, 1, "bytes=4000000");
            drill.load().open(Kind.SLOW, 1, "bytes=4000000", "rate=500000");
            drill.load().awaitPlaced(PLACE_LIMIT_MS);
            assertTwoStacks(TwoStacks.of(lab, drill.backup()));
            String survivor = drill.inject(Fault.PRIMARY_CABLE);
            Drill.Outcome outcome = drill.finish(FINISH_LIMIT_MS);
            System.out.println("two kernels, " + survivor + " survives: " + outcome);
            assertAll(
                    () -> assertEquals(CONNECTIONS, outcome.openAtFault()),
                    () -> assertTrue(outcome.load().clean(), outcome.toString()),
                    () -> assertEquals(REPLIES, outcome.load().replies(), outcome.toString()),
                    () -> WireAssertions.assertCaptured(outcome.wire()));
        }
    }

    private static void assertTwoKernels(Lab lab) {
        KernelFacts a = KernelFacts.of(lab, "a");
        KernelFacts b = KernelFacts.of(lab, "b");
        KernelFacts own = KernelFacts.of(lab, Lab.CLIENT);
        System.out.println("two kernels, a: " + a);
        System.out.println("two kernels, b: " + b);
        System.out.println("two kernels, the clients: " + own);
        assertTrue(a.release().startsWith("6.1."), a.toString());
        assertEquals(a.release(), b.release());
        assertNotEquals(a.bootId(), b.bootId());
        assertNotEquals(own.bootId(), a.bootId());
        assertNotEquals(own.bootId(), b.bootId());
        Duration apart = Duration.between(a.clock(), b.clock());
        assertTrue(apart.toSeconds() > 60, "the clock of b is ahead of that of a by " + apart);
    }

    private static void assertTwoStacks(List<TwoStacks> flows) {
        System.out.println("two kernels, flows at the backup: " + flows);
        assertEquals(CONNECTIONS, flows.size());
        assertTrue(
                flows.stream().anyMatch(flow -> flow.isnDistance() > ONE_KERNEL_ISN),
                "sequence numbers as of one kernel: " + flows);
        for (TwoStacks flow : flows) {
            long lead = Math.abs((long) flow.clockLead());
            assertTrue(lead > ONE_KERNEL_TIMESTAMP_MS, "timestamps as of one kernel: " + flows);
        }
    }
}
