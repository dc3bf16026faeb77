package org.coralha.kernel;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test of what the eBPF programs do with packets, whichever Java has loaded them: once is enough.
 */
@Tag("same-with-any-java")
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface SameWithAnyJava {}
