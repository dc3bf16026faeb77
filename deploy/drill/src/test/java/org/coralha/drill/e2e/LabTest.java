package org.coralha.drill.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs the pair in the lab: needs root and {@code -Dcoral.lab=true}. Its methods can
 * take a {@link PairInLab}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("lab")
@EnabledIfSystemProperty(named = "coral.lab", matches = "true")
@ExtendWith(LabExtension.class)
public @interface LabTest {}
