package org.coralha.heartbeat;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The borders inside this module. */
class ArchitectureTest {
    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.coralha.heartbeat");

    @Test
    void theCoreKnowsNoEdges() {
        noClasses()
                .that()
                .resideInAnyPackage("..heartbeat.core..", "..heartbeat.vote..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..heartbeat.io..",
                        "..heartbeat.port..",
                        "java.io..",
                        "java.nio..",
                        "java.net..",
                        "org.slf4j..",
                        "java.util.concurrent.locks..",
                        "java.util.concurrent.atomic..")
                .check(classes);
    }

    @Test
    void theCoreHasNoClockNoThreadsAndNoChance() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..heartbeat.core..", "..heartbeat.vote..", "..heartbeat.format..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(
                        Thread.class,
                        java.util.concurrent.Executor.class,
                        java.util.Random.class,
                        java.time.Clock.class,
                        java.time.Instant.class)
                .check(classes);
    }

    @Test
    void formatsAreBytesAndNoFiles() {
        noClasses()
                .that()
                .resideInAPackage("..heartbeat.format..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "..heartbeat.io..",
                        "..heartbeat.port..",
                        "java.io..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.net..",
                        "org.slf4j..")
                .check(classes);
    }

    @Test
    void portsKnowNoEdges() {
        noClasses()
                .that()
                .resideInAPackage("..heartbeat.port..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..heartbeat.io..")
                .check(classes);
    }

    @Test
    void nothingHereCallsTheKernelItself() {
        noClasses().should().dependOnClassesThat().resideInAPackage("com.sun.jna..").check(classes);
    }
}
