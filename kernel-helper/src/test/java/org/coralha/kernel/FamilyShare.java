package org.coralha.kernel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * With {@code -Dcoral.family.share=true} the two families of a class divide the cases of each
 * parameterised test between them: one takes the first, third and fifth, the other the rest. Tests
 * of one case run over both, and without the property everything does.
 */
final class FamilyShare implements ExecutionCondition {
    private static final Pattern IN_CLASS = Pattern.compile("class-template-invocation:#(\\d+)");
    private static final Pattern IN_TEST = Pattern.compile("test-template-invocation:#(\\d+)");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        boolean shared = Boolean.getBoolean("coral.family.share");
        return !shared || takes(context.getUniqueId())
                ? ConditionEvaluationResult.enabled("of this family")
                : ConditionEvaluationResult.disabled("of the other family");
    }

    /**
     * @param id of a test, or of one of its cases, as JUnit gives it
     */
    static boolean takes(String id) {
        Matcher family = IN_CLASS.matcher(id);
        Matcher number = IN_TEST.matcher(id);
        return !family.find()
                || !number.find()
                || (Integer.parseInt(family.group(1)) + Integer.parseInt(number.group(1))) % 2 == 0;
    }
}
