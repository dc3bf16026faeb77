package org.coralha.drill.soak;

import java.util.List;

/** All cases of a soak, in the order in which they are run. */
public final class SoakCatalog {
    private SoakCatalog() {}

    /** New cases, one of each; a case may keep state over its repetitions. */
    public static List<SoakCase> cases() {
        return List.of();
    }
}
