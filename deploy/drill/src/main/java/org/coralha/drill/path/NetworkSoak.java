package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.soak.LabSession;
import org.coralha.drill.soak.RunResult;
import org.coralha.drill.soak.SoakCase;

/**
 * All cases of one packet path, or of far clients, as one case of a soak: a repetition for each.
 *
 * @param name name in the soak
 * @param title in words
 * @param cases what is repeated, once each
 */
public record NetworkSoak(String name, String title, List<NetworkCase> cases) implements SoakCase {
    /** Copies the list. */
    public NetworkSoak {
        cases = List.copyOf(cases);
    }

    /** A case for each path, and one for the clients far away. */
    public static List<NetworkSoak> all() {
        List<NetworkSoak> all = new ArrayList<>();
        for (PacketPath path : PacketPath.values()) {
            List<NetworkCase> cases = new ArrayList<>();
            PathCase.all().stream().filter(one -> one.path() == path).forEach(cases::add);
            all.add(new NetworkSoak("table2-" + path.word(), path.title(), cases));
        }
        all.add(new NetworkSoak("far-clients", "clients far away", new ArrayList<>(WanCase.all())));
        return all;
    }

    @Override
    public int runs() {
        return cases.size();
    }

    @Override
    public RunResult run(LabSession session, int index) {
        NetworkCase one = cases.get(index % cases.size());
        CaseOutcome outcome = one.run(session.lab());
        return new RunResult(
                one.name(),
                outcome.load().replies(),
                outcome.load().failed(),
                outcome.load().corrupted(),
                outcome.load().reset(),
                0,
                one.name().endsWith("/load") ? -1 : outcome.load().faultPauseMs(),
                outcome.passed() ? "" : outcome.toString());
    }
}
