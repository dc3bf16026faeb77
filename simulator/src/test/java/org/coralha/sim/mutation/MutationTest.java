package org.coralha.sim.mutation;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Shows that the simulator catches bugs: each mutation of a core must fail a seed out of the first
 * 10,000, by the invariant that it breaks, and the cores as they are must pass all of these seeds.
 */
class MutationTest {
    private static final int SEEDS = 10_000;
    private static final Path ROOT = Path.of("..");

    private int mostSeeds;

    @TestFactory
    Stream<DynamicTest> simulatorFinds() {
        Stream<Mutation> mutations =
                Stream.of(
                                DecisionMutations.all(),
                                LogMutations.all(),
                                LinkMutations.all(),
                                WitnessMutations.all(),
                                WireMutations.all())
                        .flatMap(List::stream);
        return Stream.concat(
                mutations.map(m -> dynamicTest(m.name(), () -> isFound(m))),
                Stream.of(dynamicTest("and nothing without a mutation", this::unchangedPasses)));
    }

    private void isFound(Mutation mutation) throws Exception {
        Hunt.Catch found = new Hunt(MutatedClasses.of(mutation, ROOT)).first(SEEDS);
        assertNotNull(found, () -> "not found in " + SEEDS + " seeds: " + mutation.breaks());
        System.out.printf(
                "| %s | %s | %d | %s |%n",
                mutation.name(),
                mutation.breaks(),
                found.seeds(),
                found.failure().lines().findFirst().orElse(""));
        assertTrue(
                mutation.isExpected(found.failure()),
                () -> "expected " + mutation.invariants() + ", found " + found.failure());
        mostSeeds = Math.max(mostSeeds, found.seeds());
    }

    private void unchangedPasses() throws Exception {
        assertNull(new Hunt(MutatedClasses.unchanged()).first(mostSeeds));
    }
}
