package org.coralha.sim;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The simulator drives cores, not edges, and nothing but the seed decides what happens. */
class ArchitectureTest {
    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.coralha.sim");

    @Test
    void noEdgeOfTheProductTakesPart() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.coralha.heartbeat.io..",
                        "org.coralha.jetty.io..",
                        "org.eclipse..",
                        "org.jgroups..",
                        "com.sun.jna..")
                .check(classes);
    }

    @Test
    void onlyTheCommandHasClocksAndThreads() {
        noClasses()
                .that()
                .doNotHaveSimpleName("SimCommand")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.util.Random.class, java.time.Instant.class)
                .check(classes);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(classes);
    }
}
