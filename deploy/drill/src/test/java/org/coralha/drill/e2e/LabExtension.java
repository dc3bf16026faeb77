package org.coralha.drill.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the one lab of the run to the tests, and takes it down after the last of them. */
final class LabExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == PairInLab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        // The root store closes what it holds when all tests are over.
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(PairInLab.class, unused -> new PairInLab(), PairInLab.class);
    }
}
