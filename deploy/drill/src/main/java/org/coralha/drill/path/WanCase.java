package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.lab.CableWire;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LoadResult;

/**
 * Clients far away: {@code wan/79/cable}.
 *
 * @param roundTripMs milliseconds from the client to the service and back
 */
public record WanCase(int roundTripMs, Occasion occasion) implements NetworkCase {
    private static final List<Integer> ROUND_TRIPS_MS = List.of(79, 260, 886);
    private static final int BIG_BYTES = 1_000_000;

    /** Around the world a megabyte takes a quarter of a minute. */
    private static final int BIG_BYTES_IF_FAR = 400_000;

    private static final int FAR_MS = 500;
    private static final int PLACE_LIMIT_MS = 90_000;
    private static final int REPLIES_LIMIT_MS = 60_000;
    private static final int REPLIES = 20;

    static List<WanCase> all() {
        List<WanCase> all = new ArrayList<>();
        for (int roundTripMs : ROUND_TRIPS_MS) {
            for (Occasion occasion : Occasion.values()) {
                all.add(new WanCase(roundTripMs, occasion));
            }
        }
        return all;
    }

    @Override
    public String name() {
        return "wan/" + roundTripMs + "/" + occasion.word();
    }

    @Override
    public CaseOutcome run(Lab lab) {
        String delay = ":any:delay=" + roundTripMs / 2.0;
        List<String> rules = List.of("from" + delay, "to" + delay);
        try (BusyLoad load = BusyLoad.begin(lab);
                CableWire wire = CableWire.insert(lab, Lab.CLIENT, roundTripMs, rules)) {
            load.open(roundTripMs < FAR_MS ? BIG_BYTES : BIG_BYTES_IF_FAR);
            load.clients().awaitPlaced(PLACE_LIMIT_MS);
            load.clients().awaitReplies(REPLIES, REPLIES_LIMIT_MS);
            boolean whole = load.sameRoles();
            if (whole && occasion.fault().isPresent()) {
                load.strike(occasion.fault().get());
                load.clients().awaitReplies(REPLIES, REPLIES_LIMIT_MS);
            }
            LoadResult result = load.finish();
            return judge(load, result, wire.counters(), !whole);
        }
    }

    private CaseOutcome judge(
            BusyLoad load, LoadResult result, CableWire.Counters counters, boolean gaveUp) {
        List<String> faults = new ArrayList<>(load.ledgerFaults(occasion == Occasion.LOAD ? 0 : 1));
        if (gaveUp || (occasion == Occasion.LOAD && !load.sameRoles())) {
            faults.add("the pair left duplex, and no host had failed");
        }
        if (counters.accidents() > 0) {
            faults.add(counters.accidents() + " packets were lost by the wire, not by its rules");
        }
        return new CaseOutcome(
                name(), result, counters.matched(), counters.matched(), gaveUp, faults);
    }
}
