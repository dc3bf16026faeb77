package org.coralha.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two families and three cases of this class itself, as JUnit names them. */
@ParameterizedClass
@EnumSource(Family.class)
@ExtendWith(FamilyShare.class)
class FamilyShareTest {
    private static int cases;
    private static int tests;

    @Parameter Family family;

    private static String id(int family, int number) {
        return String.format(
                "[class-template:X]/[class-template-invocation:#%d]/[test-template:y(int)]"
                        + "/[test-template-invocation:#%d]",
                family, number);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachCaseIsOfOneFamily(int number) {
        cases++;
        assertNotEquals(FamilyShare.takes(id(1, number)), FamilyShare.takes(id(2, number)));
        assertNotEquals(FamilyShare.takes(id(1, number)), FamilyShare.takes(id(1, number + 1)));
    }

    @Test
    void testsOfOneCaseAreOfBoth() {
        tests++;
        assertTrue(
                FamilyShare.takes("[class-template:X]/[class-template-invocation:#1]/[method:z]"));
        assertTrue(
                FamilyShare.takes("[class-template:X]/[class-template-invocation:#2]/[method:z]"));
    }

    @AfterAll
    static void whatRan() {
        assertEquals(2, tests);
        assertEquals(Boolean.getBoolean("coral.family.share") ? 3 : 6, cases);
    }
}
