package org.coralha.drill.soak;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.bench.PauseSoak;
import org.coralha.drill.endurance.CyclesCase;
import org.coralha.drill.endurance.SaturationCase;
import org.coralha.drill.path.NetworkSoak;
import org.coralha.drill.table1.Table1Case;

/** All cases of a soak, in the order in which they are run. */
public final class SoakCatalog {
    private SoakCatalog() {}

    /** New cases, one of each; a case may keep state over its repetitions. */
    public static List<SoakCase> cases() {
        List<SoakCase> cases = new ArrayList<>();
        cases.addAll(Table1Case.all());
        cases.add(new CyclesCase());
        cases.add(new SaturationCase());
        cases.addAll(PauseSoak.all());
        cases.addAll(NetworkSoak.all());
        return List.copyOf(cases);
    }
}
