package org.coralha.drill.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.coralha.drill.client.Kind;
import org.coralha.drill.lab.CallRule;
import org.coralha.drill.lab.Drill;
import org.coralha.drill.lab.FirstWord;
import org.coralha.drill.lab.HostWatch;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabStatus;
import org.coralha.drill.lab.Ledger;
import org.coralha.drill.lab.LoadProcess;
import org.coralha.drill.lab.SilentCut;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The primary is cut off in the middle of its work and wakes up to a network while the survivor
 * serves its connections: nobody hears a word of it in the name of the service.
 */
@LabTest
class HealUnderLoadTest {
    private static final int LIMIT_MS = 30_000;

    /** How the primary is cut off, and when it is back. */
    enum Cut {
        /** The cable is pulled, the survivor serves for a while. */
        CABLE,
        /** The switch loses its frames, the carrier stays; the survivor serves for a while. */
        SILENT,
        /** The same, and it is back with the first word of the survivor. */
        SILENT_AND_SHORT
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void theOldPrimaryStaysSilent(Cut cut, PairInLab pair) {
        Lab lab = pair.duplex();
        String id = "heal-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, true)) {
            open(drill.load(), id);
            drill.load().awaitPlaced(LIMIT_MS);
            String old = drill.primary();
            try (HostWatch watch = HostWatch.of(lab, old, drill.service())) {
                long healedMicros = cutAndHeal(cut, drill);
                long epoch = lab.status().epoch(drill.backup());
                drill.load().awaitReplies(1000, LIMIT_MS);
                Drill.Outcome outcome = drill.finish(LIMIT_MS);
                LabStatus status = lab.status();
                List<Long> words = watch.stop();
                long late = words.stream().filter(micros -> micros > healedMicros).count();
                System.out.println("cut " + cut + ", " + late + " words: " + outcome);
                assertAll(
                        () -> assertTrue(outcome.load().clean(), outcome.toString()),
                        () -> WireAssertions.assertJudged(outcome.wire()),
                        () -> assertTrue(!words.isEmpty(), "the watch saw nothing"),
                        () -> assertEquals(0, late, "words of the old primary"),
                        () -> assertEquals("SIMPLEX", status.role(drill.backup())),
                        () -> assertEquals(epoch, status.epoch(drill.backup())),
                        () -> assertEquals("FENCED", status.role(old)),
                        () -> assertEquals("", calls(drill, id, outcome)));
            }
        }
    }

    private static void open(LoadProcess load, String id) {
        load.open(Kind.IDLE, 30);
        load.open(Kind.UPLOAD_PART, 10, "bytes=100000");
        load.open(Kind.SLOW, 20, "bytes=1500000", "rate=1000000");
        load.open(Kind.SMALL, 6);
        load.open(Kind.CALL, 8, "id=" + id);
    }

    /** When the network came back, in microseconds since 1970. */
    private static long cutAndHeal(Cut cut, Drill drill) {
        Lab lab = drill.lab();
        String old = drill.primary();
        if (cut == Cut.CABLE) {
            drill.injectInto(old, () -> lab.cut(old));
            drill.load().awaitReplies(500, LIMIT_MS);
            long now = System.currentTimeMillis();
            lab.heal(old);
            return now * 1000;
        }
        long[] healedMs = {0};
        try (FirstWord word = FirstWord.of(lab, drill.backup(), drill.service())) {
            drill.injectInto(
                    old,
                    () -> {
                        long cutMs = System.currentTimeMillis();
                        try (SilentCut silence = SilentCut.of(lab, old)) {
                            word.await(LIMIT_MS);
                            if (cut == Cut.SILENT) {
                                lab.awaitSimplex(drill.backup(), LIMIT_MS);
                                drill.load().awaitReplies(500, LIMIT_MS);
                            }
                            healedMs[0] = System.currentTimeMillis();
                        }
                        System.out.println(
                                "cut off for at least "
                                        + (healedMs[0] - cutMs)
                                        + " ms, at most "
                                        + (System.currentTimeMillis() - cutMs));
                    });
        }
        return healedMs[0] * 1000;
    }

    /**
     * A line that the old primary was about to write when it was cut off can arrive after the
     * survivor's: it is put where it was begun.
     */
    private static String calls(Drill drill, String id, Drill.Outcome outcome) {
        Map<String, List<Ledger.Entry>> entries = new Ledger(drill.lab()).entries(id + "-");
        Comparator<Ledger.Entry> begun =
                Comparator.comparing(line -> !line.servedBy().equals(drill.primary()));
        entries.values().forEach(lines -> lines.sort(begun));
        CallRule rule = new CallRule(drill.primary(), drill.backup());
        return rule.broken(entries, outcome.load().replies(Kind.CALL));
    }
}
