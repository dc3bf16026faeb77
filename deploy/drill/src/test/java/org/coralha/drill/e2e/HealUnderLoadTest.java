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
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host is cut off in the middle of its work and wakes up to a network while the survivor serves:
 * nobody hears a word of it in the name of the service, and it changes nothing.
 */
@LabTest
class HealUnderLoadTest {
    private static final int LIMIT_MS = 30_000;

    /** How the host is cut off, and when it is back. */
    enum Cut {
        /** The cable is pulled, the survivor serves for a while. */
        CABLE,
        /** The switch loses its frames, the carrier stays; the survivor serves for a while. */
        SILENT,
        /** The same, and it is back with the first word of the survivor. */
        SILENT_AND_SHORT
    }

    @ParameterizedTest
    @CsvSource({
        "PRIMARY,CABLE",
        "PRIMARY,SILENT",
        "PRIMARY,SILENT_AND_SHORT",
        "BACKUP,CABLE",
        "BACKUP,SILENT",
        "BACKUP,SILENT_AND_SHORT"
    })
    void whoWasAwayStaysSilent(String victimRole, Cut cut, PairInLab pair) {
        Lab lab = pair.duplex();
        String id = "heal-" + System.nanoTime();
        try (Drill drill = Drill.begin(lab, true)) {
            open(drill.load(), id);
            drill.load().awaitPlaced(LIMIT_MS);
            String away = lab.status().hostWith(victimRole);
            String survivor = LabStatus.peer(away);
            try (HostWatch watch = HostWatch.of(lab, away, drill.service())) {
                long healedMicros = cutAndHeal(cut, drill, away);
                long epoch = lab.status().epoch(survivor);
                drill.load().awaitReplies(1000, LIMIT_MS);
                Drill.Outcome outcome = drill.finish(LIMIT_MS);
                LabStatus status = lab.status();
                List<Long> words = watch.stop();
                long late = words.stream().filter(micros -> micros > healedMicros).count();
                System.out.println("cut " + cut + ", " + words.size() + " words: " + outcome);
                assertAll(
                        () -> assertTrue(outcome.load().clean(), outcome.toString()),
                        () -> WireAssertions.assertJudged(outcome.wire()),
                        () -> assertTrue(!words.isEmpty() || victimRole.equals("BACKUP")),
                        () -> assertEquals(0, late, "words after the network came back"),
                        () -> assertEquals("SIMPLEX", status.role(survivor)),
                        () -> assertEquals(epoch, status.epoch(survivor)),
                        () -> assertEquals("FENCED", status.role(away)),
                        () -> assertEquals("", calls(drill, survivor, id, outcome)));
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
    private static long cutAndHeal(Cut cut, Drill drill, String away) {
        Lab lab = drill.lab();
        if (cut == Cut.CABLE) {
            drill.injectInto(away, () -> lab.cut(away));
            drill.load().awaitReplies(500, LIMIT_MS);
            long nowMs = System.currentTimeMillis();
            lab.heal(away);
            return nowMs * 1000;
        }
        long[] healedMs = {0};
        try (FirstWord word = firstWord(drill, away)) {
            drill.injectInto(
                    away, () -> healedMs[0] = silentCut(drill, away, word, cut == Cut.SILENT));
        }
        return healedMs[0] * 1000;
    }

    private static FirstWord firstWord(Drill drill, String away) {
        return away.equals(drill.primary())
                ? FirstWord.asServer(drill.lab(), drill.backup(), drill.service())
                : FirstWord.asOwner(drill.lab(), drill.primary(), drill.service());
    }

    private static long silentCut(Drill drill, String away, FirstWord word, boolean goesOn) {
        long cutMs = System.currentTimeMillis();
        long healedMs;
        try (SilentCut silence = SilentCut.of(drill.lab(), away)) {
            word.await(LIMIT_MS);
            if (goesOn) {
                drill.lab().awaitSimplex(LabStatus.peer(away), LIMIT_MS);
                drill.load().awaitReplies(500, LIMIT_MS);
            }
            healedMs = System.currentTimeMillis();
        }
        long restoredMs = System.currentTimeMillis();
        System.out.println(
                "cut off for " + (healedMs - cutMs) + " to " + (restoredMs - cutMs) + " ms");
        return healedMs;
    }

    /**
     * A line that the old primary was about to write when it was cut off can arrive after the
     * survivor's: it is put where it was begun.
     */
    private static String calls(Drill drill, String survivor, String id, Drill.Outcome outcome) {
        Map<String, List<Ledger.Entry>> entries = new Ledger(drill.lab()).entries(id + "-");
        Comparator<Ledger.Entry> begun =
                Comparator.comparing(line -> !line.servedBy().equals(drill.primary()));
        entries.values().forEach(lines -> lines.sort(begun));
        CallRule rule = new CallRule(drill.primary(), survivor);
        return rule.broken(entries, outcome.load().replies(Kind.CALL));
    }
}
