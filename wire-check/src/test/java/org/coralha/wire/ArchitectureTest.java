package org.coralha.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The check judges the product, and so takes nothing from it. */
class ArchitectureTest {
    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.coralha.wire");

    @Test
    void standsAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("org.coralha.wire..", "java..")
                .check(classes);
    }

    @Test
    void onlyReadersOfFilesTouchFiles() {
        noClasses()
                .that()
                .doNotHaveSimpleName("PcapFile")
                .and()
                .doNotHaveSimpleName("LogJournal")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(java.nio.file.Files.class, java.io.InputStream.class, Thread.class)
                .check(classes);
    }
}
