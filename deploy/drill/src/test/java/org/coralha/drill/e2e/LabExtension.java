package org.coralha.drill.e2e;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Hands the one lab of the run to the tests, takes it down after the last of them, and leaves out
 * what another run, over the other family of IP, takes.
 */
final class LabExtension implements ParameterResolver, ExecutionCondition {
    private static final Namespace NAMESPACE = Namespace.create(LabExtension.class);

    private final FamilyShare share = FamilyShare.ofThisRun();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean same =
                AnnotationSupport.isAnnotated(context.getElement(), FamilyShare.SameForBoth.class)
                        || AnnotationSupport.isAnnotated(
                                context.getTestClass(), FamilyShare.SameForBoth.class);
        return share.takes(context.getUniqueId(), same)
                ? ConditionEvaluationResult.enabled("in this run")
                : ConditionEvaluationResult.disabled("in the run over the other family");
    }

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
