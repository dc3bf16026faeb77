package org.coralha.drill.path;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabException;
import org.coralha.drill.lab.LoadResult;

/**
 * One path of packets, one mishap, how often, and when: {@code client-data-copy/lose/20/kill}.
 *
 * @param percent of the path's packets
 */
public record PathCase(PacketPath path, Mishap mishap, int percent, Occasion occasion)
        implements NetworkCase {
    /** How many packets in a hundred go wrong. */
    public static final List<Integer> PERCENTS = List.of(1, 5, 20);

    private static final int BIG_BYTES = 2_000_000;

    /** With one packet in five lost TCP waits more than it sends. */
    private static final int BIG_BYTES_IF_MANY = 500_000;

    private static final int MANY_PERCENT = 20;
    private static final int PLACE_LIMIT_MS = 90_000;
    private static final int ENOUGH_LIMIT_MS = 60_000;
    private static final int REPLIES_AFTER = 60;
    private static final int LOOK_MS = 100;

    /** All cases that make sense. */
    static List<PathCase> all() {
        List<PathCase> all = new ArrayList<>();
        for (PacketPath path : PacketPath.values()) {
            for (Mishap mishap : Mishap.values()) {
                // nothing inside a host duplicates or corrupts: there packets only get lost
                if (path == PacketPath.INSIDE_BACKUP && mishap != Mishap.LOSE) {
                    continue;
                }
                for (int percent : PERCENTS) {
                    for (Occasion occasion : Occasion.values()) {
                        all.add(new PathCase(path, mishap, percent, occasion));
                    }
                }
            }
        }
        return all;
    }

    @Override
    public String name() {
        return path.word() + "/" + mishap.word() + "/" + percent + "/" + occasion.word();
    }

    @Override
    public CaseOutcome run(Lab lab) {
        try (BusyLoad load = BusyLoad.begin(lab);
                Spot spot = Spot.of(lab, this, load.backup())) {
            load.open(percent < MANY_PERCENT ? BIG_BYTES : BIG_BYTES_IF_MANY);
            load.clients().awaitPlaced(PLACE_LIMIT_MS);
            awaitMishaps(spot);
            boolean whole = load.sameRoles();
            if (whole && occasion.fault().isPresent()) {
                strike(load, occasion.fault().get());
            }
            LoadResult result = load.finish();
            boolean gaveUp =
                    whole ? occasion == Occasion.LOAD && !load.sameRoles() : !load.sameRoles();
            return judge(load, result, spot.count(), gaveUp);
        }
    }

    private void strike(BusyLoad load, Fault fault) {
        load.strike(fault);
        load.clients().awaitReplies(REPLIES_AFTER, ENOUGH_LIMIT_MS);
    }

    /** Enough packets went wrong that the pair must have noticed. */
    private int enough() {
        return percent < 5 ? 5 : 4 * percent;
    }

    private void awaitMishaps(Spot spot) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ENOUGH_LIMIT_MS);
        while (spot.count().mishaps() < enough()) {
            if (System.nanoTime() > deadline) {
                throw new LabException(
                        name() + ": not " + enough() + " mishaps on the path: " + spot.count());
            }
            Lab.pause(LOOK_MS);
        }
    }

    private CaseOutcome judge(BusyLoad load, LoadResult result, Spot.Count count, boolean gaveUp) {
        List<String> faults = new ArrayList<>(load.ledgerFaults(occasion == Occasion.LOAD ? 0 : 1));
        if (gaveUp && !path.carriesReplyLog()) {
            faults.add("the pair left duplex, and no host had failed: see its logs");
        }
        if (count.accidents() > 0) {
            faults.add(count.accidents() + " packets were lost by the wire, not by its rules");
        }
        return new CaseOutcome(name(), result, count.packets(), count.mishaps(), gaveUp, faults);
    }
}
