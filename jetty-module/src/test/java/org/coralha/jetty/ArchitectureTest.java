package org.coralha.jetty;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String ROOT = "org.coralha.jetty";
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(ROOT);

    @Test
    void onlyOnePackageKnowsJGroups() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".io.jgroups")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.jgroups..")
                .check(CLASSES);
    }

    @Test
    void onlyConnectionsAndFactoryKnowJetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, ROOT + ".io.jetty")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    @Test
    void coreHasNoThreadsClockNetworkOrFiles() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".core")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ROOT + ".io..",
                        ROOT + ".duplex",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.time..",
                        "java.util.concurrent.locks..",
                        "org.slf4j..")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .check(CLASSES);
    }

    @Test
    void theShellKnowsNoImplementation() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".duplex", ROOT + ".port")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".io..")
                .check(CLASSES);
    }
}
