package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.lab.Lab;

/** A case that {@code table2} can run by its name. */
public sealed interface NetworkCase permits PathCase, WanCase {
    /** Its name: words between slashes. */
    String name();

    /**
     * Runs it; the pair must be in duplex, and the lab has no wire afterwards.
     *
     * @throws org.coralha.drill.lab.LabException if the case could not be placed
     */
    CaseOutcome run(Lab lab);

    /** All cases, in the order of the table. */
    static List<NetworkCase> all() {
        List<NetworkCase> all = new ArrayList<>(PathCase.all());
        all.addAll(WanCase.all());
        return all;
    }

    /**
     * The case of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    static NetworkCase named(String name) {
        return all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no case is called '" + name + "': see table2 --list"));
    }
}
