package org.coralha.drill.lab;

/** The faults that a drill can inject, each on the host that has a certain role. */
public enum Fault {
    PRIMARY_CABLE("primary's cable pulled", "PRIMARY", "cut", ""),
    PRIMARY_JETTY_KILL("kill -9 of the primary's Jetty", "PRIMARY", "kill", "jetty"),
    PRIMARY_DAEMON_KILL("kill -9 of the primary's daemon", "PRIMARY", "kill", "heartbeat"),
    BACKUP_CABLE("backup's cable pulled", "BACKUP", "cut", ""),
    BACKUP_JETTY_KILL("kill -9 of the backup's Jetty", "BACKUP", "kill", "jetty");

    private final String title;
    private final String victimRole;
    private final String verb;
    private final String what;

    Fault(String title, String victimRole, String verb, String what) {
        this.title = title;
        this.victimRole = victimRole;
        this.verb = verb;
        this.what = what;
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
        if (verb.equals("cut")) {
            lab.cut(host);
        } else {
            lab.kill(host, what, "KILL");
        }
    }
}
