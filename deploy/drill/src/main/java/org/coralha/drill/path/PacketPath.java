package org.coralha.drill.path;

import java.util.List;

/**
 * The ways that packets of a service take in duplex: the eight rows of CoRAL's Table 2, and two of
 * our own. Each names the cable on which the wire finds its packets, and how.
 */
public enum PacketPath {
    CLIENT_DATA_TO_BACKUP(
            "client data: client → backup", Cable.BACKUP, "to:dport=8080,data", false),
    CLIENT_DATA_COPY("client data: backup → primary", Cable.BACKUP, "from:dport=8080,data", false),
    SERVER_ACK_TO_CLIENT("server ack: primary → client", Cable.CLIENT, "to:sport=8080,ack", false),
    SERVER_DATA_TO_BACKUP(
            "server data: primary → backup",
            Cable.BACKUP,
            "to:dport=7800,data to:sport=7800,data",
            true),
    SERVER_ACK_TO_PRIMARY(
            "server ack: backup → primary",
            Cable.BACKUP,
            "from:dport=7800,tcp from:sport=7800,tcp",
            true),
    SERVER_DATA_TO_CLIENT(
            "server data: primary → client", Cable.CLIENT, "to:sport=8080,data", false),
    CLIENT_ACK_TO_BACKUP("client ack: client → backup", Cable.BACKUP, "to:dport=8080,ack", false),
    CLIENT_ACK_COPY("client ack: backup → primary", Cable.BACKUP, "from:dport=8080,ack", false),
    /** Not in the table: the acknowledgements of the backup's own stack, for the primary. */
    BACKUP_REPORT("report: backup → primary", Cable.BACKUP, "from:sport=8080,tcp", false),
    /** Not in the table: what only the backup's stack misses, because it was copied before. */
    INSIDE_BACKUP("client data: lost inside the backup", Cable.NONE, "", false);

    /** Where the wire is. */
    enum Cable {
        BACKUP,
        CLIENT,
        NONE
    }

    private final String title;
    private final Cable cable;
    private final String matches;
    private final boolean replyLog;

    PacketPath(String title, Cable cable, String matches, boolean replyLog) {
        this.title = title;
        this.cable = cable;
        this.matches = matches;
        this.replyLog = replyLog;
    }

    /** The path as the table names it. */
    public String title() {
        return title;
    }

    Cable cable() {
        return cable;
    }

    /**
     * True if the path carries the reply log: a backup that gets nothing for {@code
     * log.ack.limit.ms} is given up, and the survivor serves alone.
     */
    public boolean carriesReplyLog() {
        return replyLog;
    }

    /** The path's name in case names: {@code client-data-copy}. */
    public String word() {
        return Words.of(this);
    }

    /** Rules of the wire that do this to the path's packets. */
    List<String> rules(Mishap mishap, int percent) {
        return List.of(matches.split(" ", -1)).stream()
                .map(match -> match + ":" + mishap.action(percent))
                .toList();
    }
}
