package org.coralha.drill.bench;

import java.util.ArrayList;
import java.util.List;
import org.coralha.drill.lab.Fault;
import org.coralha.drill.lab.Lab;
import org.coralha.drill.lab.LabDaemon;
import org.coralha.drill.lab.LabStatus;

/** What happens to the pair while its clients' pauses are taken. */
enum PauseCase {
    /** The same commands, but nothing happens: the pauses that the machine makes by itself. */
    UNDISTURBED("undisturbed", "undisturbed", null),
    PRIMARY_CABLE("primary-cable", Fault.PRIMARY_CABLE.title(), Fault.PRIMARY_CABLE),
    PRIMARY_KILL("primary-kill", Fault.PRIMARY_JETTY_KILL.title(), Fault.PRIMARY_JETTY_KILL),
    BACKUP_KILL("backup-kill", Fault.BACKUP_JETTY_KILL.title(), Fault.BACKUP_JETTY_KILL),
    BACKUP_CABLE("backup-cable", Fault.BACKUP_CABLE.title(), Fault.BACKUP_CABLE),
    SWITCHOVER("switchover", "planned switchover", null);

    private static final long ORDER_LIMIT_MS = 10_000;

    private final String word;
    private final String title;
    private final Fault fault;

    PauseCase(String word, String title, Fault fault) {
        this.word = word;
        this.title = title;
        this.fault = fault;
    }

    /** The name on the command line. */
    String word() {
        return word;
    }

    String title() {
        return title;
    }

    /**
     * The case of that name.
     *
     * @throws IllegalArgumentException naming all cases if there is none
     */
    static PauseCase named(String word) {
        List<String> words = new ArrayList<>();
        for (PauseCase one : values()) {
            if (one.word.equals(word)) {
                return one;
            }
            words.add(one.word);
        }
        throw new IllegalArgumentException("no case is called '" + word + "', only " + words);
    }

    /** Does it, to a pair whose primary is that host. */
    void inject(Lab lab, String primary) {
        switch (this) {
            case UNDISTURBED -> lab.kill(primary, "jetty", "0");
            case SWITCHOVER -> LabDaemon.give(primary, "switchover", ORDER_LIMIT_MS);
            default -> fault.inject(lab, victim(primary));
        }
    }

    private String victim(String primary) {
        return fault.victimRole().equals("PRIMARY") ? primary : LabStatus.peer(primary);
    }

    /** True if the pair is whole afterwards without anybody's help. */
    boolean staysDuplex() {
        return fault == null;
    }

    /** The host that serves afterwards, of a pair whose primary was that host. */
    String survivor(String primary) {
        boolean primaryGone =
                this == SWITCHOVER || (fault != null && fault.victimRole().equals("PRIMARY"));
        return primaryGone ? LabStatus.peer(primary) : primary;
    }
}
