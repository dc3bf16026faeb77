package org.coralha.drill.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soak}: every case many times, resumable, with a report under docs/. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        description = "Runs every case many times; goes on where a killed soak was.")
public final class SoakCommand implements Callable<Integer> {
    private static final String JOURNAL = "docs/measurements/soak.jsonl";
    private static final long GIT_LIMIT_MS = 10_000;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

    @Spec private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "CASE",
            description = "Only cases whose names begin so; can be repeated.")
    private List<String> only = List.of();

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Runs of each case, in place of what the case has for a whole soak.")
    private int count;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Begin no run after this time; the next soak goes on there.")
    private long minutes = Long.MAX_VALUE;

    @Option(names = "--fresh", description = "Forget what earlier soaks have run.")
    private boolean fresh;

    @Option(names = "--list", description = "Name the cases and end.")
    private boolean list;

    private long deadlineNanos;
    private String commit;

    @Override
    public Integer call() throws IOException {
        List<SoakCase> all = SoakCatalog.cases();
        List<SoakCase> chosen = all.stream().filter(this::isChosen).toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no case is called " + only);
        }
        if (list) {
            chosen.forEach(c -> System.out.println(c.name() + "  " + c.runs() + "x  " + c.title()));
            return 0;
        }
        deadlineNanos =
                minutes == Long.MAX_VALUE
                        ? Long.MAX_VALUE
                        : System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
        Path root = Lab.here().root();
        commit = commit(root);
        SoakJournal journal = new SoakJournal(root.resolve(JOURNAL), fresh);
        boolean good = true;
        try (LabSession session = new LabSession()) {
            for (SoakCase one : chosen) {
                soak(session, one, journal);
                good &= tell(one, journal);
                write(root, SoakReport.page(all, journal));
            }
        }
        return good ? 0 : 1;
    }

    private boolean isChosen(SoakCase one) {
        return only.isEmpty() || only.stream().anyMatch(one.name()::startsWith);
    }

    private boolean isOver() {
        return deadlineNanos != Long.MAX_VALUE && System.nanoTime() - deadlineNanos > 0;
    }

    private void soak(LabSession session, SoakCase one, SoakJournal journal) {
        int runs = count > 0 ? count : one.runs();
        boolean ran = false;
        for (int i = journal.next(one.name()); i < runs && !isOver(); i++) {
            ran = true;
            add(journal, one, i, run(session, one, i));
        }
        if (ran) {
            String problem = afterwards(session, one);
            if (!problem.isEmpty()) {
                RunResult result = RunResult.broken("afterwards", problem);
                add(journal, one, SoakJournal.AFTERWARDS, result);
            }
        }
    }

    private void add(SoakJournal journal, SoakCase one, int index, RunResult result) {
        System.err.println(
                one.name()
                        + " "
                        + index
                        + " "
                        + result.variant()
                        + ": "
                        + (result.passed() ? "good, " + result.replies() + " replies" : result));
        String at = LocalDateTime.now().format(MINUTE);
        journal.add(new SoakJournal.Entry(one.name(), index, at, commit, result));
    }

    /** Brings the pair to duplex and runs the case once; what goes wrong is a bad run. */
    public static RunResult run(LabSession session, SoakCase one, int index) {
        try {
            session.duplex(one.options());
            return one.run(session, index);
        } catch (RuntimeException e) {
            return RunResult.broken("broken off", e.toString());
        }
    }

    private static String afterwards(LabSession session, SoakCase one) {
        try {
            return one.afterwards(session);
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static boolean tell(SoakCase one, SoakJournal journal) {
        List<SoakJournal.Entry> entries = journal.of(one.name());
        if (!entries.isEmpty()) {
            System.out.println(SoakReport.line(one, entries));
        }
        return entries.stream()
                .allMatch(
                        entry ->
                                entry.index() < 0
                                        ? entry.result().problem().isEmpty()
                                        : entry.result().passed());
    }

    private static void write(Path root, String page) throws IOException {
        Path file = root.resolve("docs/measurements/soak.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, page);
    }

    /** The commit that is tested, with a plus if files differ from it. */
    private static String commit(Path root) {
        Shell shell = new Shell(root);
        Shell.Result head = shell.run(GIT_LIMIT_MS, List.of("git", "rev-parse", "--short", "HEAD"));
        if (head.exit() != 0) {
            return "unknown";
        }
        Shell.Result changes =
                shell.run(
                        GIT_LIMIT_MS,
                        List.of("git", "status", "--porcelain", "-uno", "--", ".", ":!docs"));
        return head.out().strip() + (changes.out().isBlank() ? "" : "+");
    }
}
