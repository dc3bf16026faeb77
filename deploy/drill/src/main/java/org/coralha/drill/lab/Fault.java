package org.coralha.drill.lab;

import java.util.List;
import java.util.stream.Stream;

/** The faults that a drill can inject, each on the host that has a certain role. */
public enum Fault {
    PRIMARY_CABLE("primary's cable pulled", "PRIMARY", "", ""),
    PRIMARY_JETTY_KILL("kill -9 of the primary's Jetty", "PRIMARY", "jetty", "KILL"),
    PRIMARY_DAEMON_KILL("kill -9 of the primary's daemon", "PRIMARY", "heartbeat", "KILL"),
    PRIMARY_JETTY_STOP("SIGSTOP of the primary's Jetty", "PRIMARY", "jetty", "STOP"),
    BACKUP_CABLE("backup's cable pulled", "BACKUP", "", ""),
    BACKUP_JETTY_KILL("kill -9 of the backup's Jetty", "BACKUP", "jetty", "KILL"),
    BACKUP_DAEMON_KILL("kill -9 of the backup's daemon", "BACKUP", "heartbeat", "KILL"),
    BACKUP_JETTY_STOP("SIGSTOP of the backup's Jetty", "BACKUP", "jetty", "STOP");

    private final String title;
    private final String victimRole;
    private final String process;
    private final String signal;

    Fault(String title, String victimRole, String process, String signal) {
        this.title = title;
        this.victimRole = victimRole;
        this.process = process;
        this.signal = signal;
    }

    /** The faults that meet the host with this role, in the order in which drills take turns. */
    public static List<Fault> of(String victimRole) {
        return Stream.of(values()).filter(f -> f.victimRole.equals(victimRole)).toList();
    }

    /** The fault in words. */
    public String title() {
        return title;
    }

    /** PRIMARY or BACKUP. */
    public String victimRole() {
        return victimRole;
    }

    /** Does it to this host. */
    public void inject(Lab lab, String host) {
        if (process.isEmpty()) {
            lab.cut(host);
        } else {
            lab.kill(host, process, signal);
        }
    }
}
